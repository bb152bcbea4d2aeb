import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface Manifest {
	name: string;
	version?: string;
	description: string;
	private?: boolean;
	dependencies?: Record<string, string>;
	[field: string]: unknown;
}

export interface WorkspacePackage {
	/** The folder's name under `packages`. */
	folder: string;
	path: string;
	manifest: Manifest;
}

/** Returns the packages that are published. */
export function publicPackages(): WorkspacePackage[] {
	return (
		readdirSync(`${root}packages`)
			// A branch that had more packages leaves their ignored files behind.
			.filter((folder) => existsSync(`${root}packages/${folder}/package.json`))
			.map((folder) => {
				const path = `${root}packages/${folder}`;
				return {
					folder,
					path,
					manifest: JSON.parse(readFileSync(`${path}/package.json`, "utf8")) as Manifest,
				};
			})
			.filter(({ manifest }) => !manifest.private)
	);
}

/** Returns the packages that sign in with a provider. */
export function providerPackages(): WorkspacePackage[] {
	return publicPackages().filter(({ folder }) => !["core", "testing", "tokens"].includes(folder));
}

/** Returns the packages of one provider each: all but the generic `oidc`. */
export function brandPackages(): WorkspacePackage[] {
	return providerPackages().filter(({ folder }) => folder !== "oidc");
}

/** Returns the name of a package's export: the folder's in camel case, with an `_` before a leading digit. */
export function exportOf(folder: string): string {
	return folder.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/^(?=\d)/, "_");
}
