import type { Connection } from "../connections.ts";
import { type Html, html } from "../html.ts";
import type { Repositories, Repository } from "../repositories.ts";
import { page } from "./page.ts";
import { providerMark } from "./provider-mark.ts";

/** A connection that the user has just ended. */
export interface Ended {
	name: string;
	/** Whether the provider knows. */
	isRevoked: boolean;
}

export function connectionsPage(
	connections: Connection[],
	repositories: Repositories,
	ended?: Ended,
): string {
	const github = connections.find(({ id }) => id === "github");
	const canAskForMore = !repositories.problem && !github?.scope?.includes("repo");
	const content = html`
		<h1>Connected accounts</h1>
		<p>This app can use an account until you disconnect it. You can sign in with it either way.</p>
		${ended ? notice(ended) : ""}
		<ul class="accounts">${connections.map(connectionItem)}
		</ul>

		<h2>Recent repositories</h2>
		${repositoryList(repositories)}
		${canAskForMore ? action("/connections/github/private-repositories", "Add private repositories") : ""}

		<div class="way-out">
			<a class="button quiet" href="/">Back to your account</a>
		</div>
	`;
	return page("Connected accounts · Sign-in demo", content);
}

function notice({ name, isRevoked }: Ended): Html {
	const more = isRevoked ? "" : ` ${name} could not be told: remove this app in your settings there too.`;
	return html`<p class="notice" role="status">Disconnected.${more}</p>`;
}

function connectionItem(connection: Connection): Html {
	const { id, name, isConnected, scope, broken } = connection;
	return html`
			<li>
				${providerMark(id)}
				<div>
					<span>${name}</span>
					${isConnected ? permissions(scope) : html`<p>Not connected</p>`}
					${broken ? html`<p class="warning">${broken}</p>` : ""}
				</div>
				<div class="actions">${actions(connection)}
				</div>
			</li>`;
}

function permissions(scope: string[] = []): Html {
	if (!scope.length) return html`<p>Connected</p>`;
	return html`<p>Permissions:${scope.map((name) => html` <code>${name}</code>`)}</p>`;
}

function actions({ id, name, isConnected, broken }: Connection): Html[] {
	const connect = `/connections/${id}/connect`;
	if (!isConnected) return [action(connect, `Connect ${name}`)];
	return [
		...(broken ? [action(connect, "Connect again", `Connect again to ${name}`)] : []),
		action(`/connections/${id}/disconnect`, "Disconnect", `Disconnect ${name}`),
	];
}

function action(url: string, text: string, label = text): Html {
	return html`
			<form method="POST" action="${url}"><button class="button" aria-label="${label}">${text}</button></form>`;
}

function repositoryList({ repositories, problem }: Repositories): Html {
	if (problem) return html`<p>${explain(problem)}</p>`;
	if (!repositories.length) return html`<p>There are none yet.</p>`;
	return html`
		<ul class="repositories">${repositories.map(repositoryItem)}
		</ul>`;
}

function explain(problem: Repositories["problem"]): string {
	switch (problem) {
		case "GRANT_MISSING":
			return "Connect GitHub to see them.";
		case "INVALID_GRANT":
		case "GRANT_UNREADABLE":
			return "Connect GitHub again to see them.";
		default:
			return "GitHub does not respond now. Try again in a minute.";
	}
}

function repositoryItem({ full_name, html_url, description }: Repository): Html {
	return html`
			<li>
				<a href="${html_url}">${full_name}</a>
				${description ? html`<p>${description}</p>` : ""}
			</li>`;
}
