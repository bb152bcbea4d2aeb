import { providers } from "../providers.ts";
import { Layout } from "./layout.tsx";
import { ProviderMark } from "./provider-mark.tsx";

export const LoginPage = () => (
	<Layout title="Sign in · Sign-in demo">
		<section class="card">
			<h1>Sign in</h1>
			<p>Use an account that you already have. There is no password to remember, and none to lose.</p>
			<div class="choices">
				{providers.map(({ id, name }) => (
					<a class="button" href={`/login/${id}`}>
						<ProviderMark id={id} /> Continue with {name}
					</a>
				))}
			</div>
			<p class="small">We learn your name, your e-mail address and your picture, and nothing else.</p>
		</section>
	</Layout>
);
