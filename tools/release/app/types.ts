import type { GitHubUser } from "@oauth/github";

// @ts-expect-error An id is a number. This compiles, and is refused, where the types are lost.
export const id: string = 0 as unknown as GitHubUser["id"];
