import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vite";

export default defineConfig({
	plugins: [
		sveltekit({
			adapter: adapter(),
			// Apple's response is a form that its site posts. `src/hooks.server.ts` accepts it at one route only.
			csrf: { trustedOrigins: ["https://appleid.apple.com"] },
			csp: {
				// No `form-action`: browsers apply it to redirects too, and the form that links an account redirects to the provider.
				directives: {
					"default-src": ["none"],
					"style-src": ["self"],
					// Pictures come from the providers' hosts, which vary; over http only from this machine.
					"img-src": ["self", "data:", "https:", "http://localhost:*", "http://127.0.0.1:*"],
					"base-uri": ["none"],
					"frame-ancestors": ["none"],
				},
			},
		}),
	],
});
