import { redirect } from "next/navigation";
import { ProviderMark } from "#components/provider-mark.tsx";
import { providers } from "#lib/providers.ts";
import { getSession } from "#lib/session.ts";
import { startSignIn } from "./start-sign-in.ts";

export default async function LoginPage() {
	if (await getSession()) redirect("/");
	return (
		<section className="card">
			<title>Sign in · Sign-in demo</title>
			<h1>Sign in</h1>
			<p>Use an account that you already have. There is no password to remember or lose.</p>
			<div className="choices">
				{providers.map(({ id, name }) => (
					<a key={id} className="button" href={`/login/${id}`}>
						<ProviderMark id={id} /> Continue with {name}
					</a>
				))}
			</div>
			<h2>The same with a server action</h2>
			<form className="row" action={startSignIn}>
				{providers.map(({ id, name }) => (
					<button
						key={id}
						type="submit"
						className="button"
						name="provider"
						value={id}
						aria-label={`Continue with ${name}`}
					>
						<ProviderMark id={id} />
					</button>
				))}
			</form>
			<p className="small">We receive your name, e-mail address and picture, and nothing else.</p>
		</section>
	);
}
