/** The settings. An empty one counts as missing. */
export const env: Record<string, string | undefined> = Object.fromEntries(
	Object.entries(process.env).filter(([, value]) => value),
);

/** Where users reach this app: the callback URLs begin with it. */
export const ORIGIN = new URL(env.ORIGIN ?? "http://localhost:5173").origin;

export const isHttps = ORIGIN.startsWith("https:");
