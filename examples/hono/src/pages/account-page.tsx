import type { Account } from "@oauth/core";
import { providers } from "../providers.ts";
import type { User } from "../users.ts";
import { Layout } from "./layout.tsx";
import { ProviderMark } from "./provider-mark.tsx";

export const AccountPage = ({ user, accounts }: { user: User; accounts: Account[] }) => (
	<Layout title={`${user.name} · Sign-in demo`}>
		<section class="card">
			<div class="person">
				{user.picture ? (
					<img src={user.picture} alt="" width="72" height="72" referrerpolicy="no-referrer" />
				) : (
					<span class="initial" aria-hidden="true">
						{user.name.slice(0, 1)}
					</span>
				)}
				<div>
					<h1>{user.name}</h1>
					<p class="email">{user.email ?? "No e-mail address shared"}</p>
					{user.email && <EmailBadge verified={user.emailVerified} />}
				</div>
			</div>

			<h2>Linked accounts</h2>
			<ul class="accounts">
				{providers.flatMap(({ id, name }) =>
					accounts
						.filter(({ providerId }) => providerId === id)
						.map(({ providerUserId }) => (
							<li>
								<ProviderMark id={id} />
								<div>
									<span>{name}</span>
									<code title={providerUserId}>{providerUserId}</code>
								</div>
							</li>
						)),
				)}
			</ul>

			<h2>Link another account</h2>
			<div class="choices">
				{providers.map(({ id, name }) => (
					<form method="post" action={`/login/${id}/link`}>
						<button type="submit" class="button">
							<ProviderMark id={id} /> Link {name}
						</button>
					</form>
				))}
			</div>

			<form class="sign-out" method="post" action="/logout">
				<button type="submit" class="button quiet">
					Sign out
				</button>
			</form>
		</section>
	</Layout>
);

const EmailBadge = ({ verified }: { verified: boolean | null }) =>
	verified ? (
		<p class="badge good">Verified e-mail</p>
	) : (
		<p class="badge">{verified === null ? "E-mail not verified by the provider" : "E-mail not verified"}</p>
	);
