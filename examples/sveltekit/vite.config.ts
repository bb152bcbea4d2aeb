import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vite";

export default defineConfig({
	plugins: [
		sveltekit({
			adapter: adapter(),
			// Apple's answer is a form that its site posts. `src/hooks.server.ts` lets it in for one route only.
			csrf: { trustedOrigins: ["https://appleid.apple.com"] },
			csp: {
				// No `form-action`: linking is a form whose answer leads to the provider, which browsers count in.
				directives: {
					"default-src": ["none"],
					"style-src": ["self"],
					// Pictures come from wherever the provider keeps them; over http only from this machine.
					"img-src": ["self", "data:", "https:", "http://localhost:*", "http://127.0.0.1:*"],
					"base-uri": ["none"],
					"frame-ancestors": ["none"],
				},
			},
		}),
	],
});
