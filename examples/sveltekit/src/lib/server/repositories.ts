import { OAuthError, type OAuthErrorCode } from "@oauth/core";
import { vault } from "./vault.ts";

/** @see https://docs.github.com/rest/repos/repos#list-repositories-for-the-authenticated-user */
export interface Repository {
	full_name: string;
	html_url: string;
	description: string | null;
}

export interface Repositories {
	repositories: Repository[];
	/** Why GitHub has sent none. */
	problem?: OAuthErrorCode;
}

/** Returns the repositories of a user's GitHub account that were changed last. */
export async function getRepositories(userId: string): Promise<Repositories> {
	// Less patient than by default, because the page waits.
	const github = vault.client(userId, "github", { timeout: 4_000, retry: 1 });
	try {
		return { repositories: await github<Repository[]>("/user/repos?sort=updated&per_page=5") };
	} catch (error) {
		if (!OAuthError.is(error)) throw error;
		if (error.code !== "GRANT_MISSING" && error.code !== "INVALID_GRANT") console.error(error);
		return { repositories: [], problem: error.code };
	}
}
