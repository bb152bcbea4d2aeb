import type { GitHubUser } from "@oauth/github";

// @ts-expect-error An id is a number. If the types are lost, this line compiles, and the unused directive is an error.
export const id: string = 0 as unknown as GitHubUser["id"];
