import { redirect } from "next/navigation";
import { ProviderMark } from "#components/provider-mark.tsx";
import { auth } from "#lib/auth.ts";
import { providers } from "#lib/providers.ts";
import { getSession } from "#lib/session.ts";

export default async function AccountPage() {
	const session = await getSession();
	if (!session) redirect("/login");
	const { user } = session;
	const keys = await auth.getAllUserKeys(user.userId);
	const linked = providers.flatMap(({ id, name }) =>
		keys.filter((key) => key.providerId === id).map((key) => ({ id, name, account: key.providerUserId })),
	);
	return (
		<section className="card">
			<title>{`${user.name} · Sign-in demo`}</title>
			<div className="person">
				{user.picture ? (
					// biome-ignore lint/performance/noImgElement: it is small, and comes from the provider
					<img src={user.picture} alt="" width="72" height="72" referrerPolicy="no-referrer" />
				) : (
					<span className="initial" aria-hidden="true">
						{user.name.slice(0, 1)}
					</span>
				)}
				<div>
					<h1>{user.name}</h1>
					<Email address={user.email} isVerified={user.emailVerified} />
				</div>
			</div>

			<h2>Linked accounts</h2>
			<ul className="accounts">
				{linked.map(({ id, name, account }) => (
					<li key={`${id} ${account}`}>
						<ProviderMark id={id} />
						<div>
							<span>{name}</span>
							<code title={account}>{account}</code>
						</div>
					</li>
				))}
			</ul>

			<h2>Link another account</h2>
			<div className="choices">
				{providers.map(({ id, name }) => (
					<form key={id} method="POST" action={`/login/${id}/link`}>
						<button type="submit" className="button">
							<ProviderMark id={id} /> Link {name}
						</button>
					</form>
				))}
			</div>

			<form className="sign-out" method="POST" action="/logout">
				<button type="submit" className="button quiet">
					Sign out
				</button>
			</form>
		</section>
	);
}

function Email({ address, isVerified }: { address: string | null; isVerified: boolean | null }) {
	if (!address) return <p className="email">No e-mail address shared</p>;
	return (
		<>
			<p className="email">{address}</p>
			{isVerified ? (
				<p className="badge good">Verified e-mail</p>
			) : (
				<p className="badge">
					{isVerified === null ? "E-mail not verified by the provider" : "E-mail not verified"}
				</p>
			)}
		</>
	);
}
