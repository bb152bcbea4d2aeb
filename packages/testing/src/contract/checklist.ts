import { isContainer, partAt } from "../parts.js";

/** Collects the problems of data that may have any shape. A part is named by its path. */
export class Checklist {
	readonly problems: string[] = [];

	constructor(readonly data: unknown) {}

	at(path: string): unknown {
		return partAt(this.data, path.split("."));
	}

	has(path: string): boolean {
		return this.at(path) !== undefined;
	}

	need(path: string, isRight: (value: unknown) => unknown, must: string): void {
		const value = this.at(path);
		if (value === undefined) this.problems.push(`${path} is missing`);
		else if (value === "" || (Array.isArray(value) && !value.length))
			this.problems.push(`${path} is empty: it must be ${must}`);
		else if (!isRight(value)) this.problems.push(`${path} must be ${must}`);
	}

	needText(path: string, minLength = 1): void {
		const more = minLength > 1 ? ` of ${minLength} characters or more` : "";
		this.need(path, (value) => isText(value) && value.length >= minLength, `text${more}`);
	}

	needUrl(path: string): void {
		this.need(path, isHttps, "a URL that begins with https://");
	}

	needObject(path: string): void {
		this.need(path, isContainer, "an object");
	}

	needBoolean(path: string): void {
		this.need(path, (value) => typeof value === "boolean", "true or false");
	}

	needStatus(path: string): void {
		this.need(path, (value) => Number(value) >= 200 && Number(value) < 600, "an HTTP status");
	}

	needOneOf(path: string, texts: readonly string[]): void {
		this.need(path, (value) => texts.includes(`${value}`), `one of ${texts.join(", ")}`);
	}
}

export function isText(value: unknown): value is string {
	return typeof value === "string" && value.trim() !== "";
}

export function isHttps(value: unknown): boolean {
	return typeof value === "string" && value.startsWith("https://") && URL.canParse(value);
}
