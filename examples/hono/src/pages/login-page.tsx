import { providers } from "../providers.ts";
import { Layout } from "./layout.tsx";
import { ProviderMark } from "./provider-mark.tsx";

export const LoginPage = () => (
	<Layout title="Sign in · Sign-in demo">
		<section class="card">
			<h1>Sign in</h1>
			<p>Use an account that you already have. There is no password to remember or lose.</p>
			<div class="choices">
				{providers.map(({ id, name }) => (
					<a class="button" href={`/login/${id}`}>
						<ProviderMark id={id} /> Continue with {name}
					</a>
				))}
			</div>
			<p class="small">We receive your name, e-mail address and picture, and nothing else.</p>
		</section>
	</Layout>
);
