import { startLink } from "#lib/server/start-link.ts";

export const POST = (event) => startLink(event.params.provider, event);
