import { startLink } from "#lib/server/start-link.ts";

export const POST = (event) => startLink("github", event, { more: ["repo"], redirectTo: "/connections" });
