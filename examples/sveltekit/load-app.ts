import type { RequestListener } from "node:http";

const { env } = process;

/** Loads the built app, which reads the environment: it must be complete. */
export async function loadApp(origin: string): Promise<RequestListener> {
	const { protocol, host } = new URL(origin);
	// adapter-node reads the origin from headers. They are set here, so no client can choose it.
	env.PROTOCOL_HEADER = "x-forwarded-proto";
	env.HOST_HEADER = "x-forwarded-host";
	const { href } = new URL("build/handler.js", import.meta.url);
	const { handler }: { handler: RequestListener } = await import(/* @vite-ignore */ href);
	return (request, response) => {
		request.headers["x-forwarded-proto"] = protocol.slice(0, -1);
		request.headers["x-forwarded-host"] = host;
		// The build accepts forms of Apple's site. The emulated Apple passes for that site.
		if (env.APPLE_ISSUER && request.headers.origin === new URL(env.APPLE_ISSUER).origin)
			request.headers.origin = "https://appleid.apple.com";
		handler(request, response);
	};
}
