import { isContainer, namesOf, partAt } from "../parts.js";
import type { Recording } from "../recording.js";
import { Checklist, isHttps, isText } from "./checklist.js";

const CLIENT_AUTH = ["client_secret_basic", "client_secret_post", "none"];

/** Core can't tell a shorter token from a word of a message, and so does not redact it. */
const MIN_TOKEN_LENGTH = 8;

/** Returns what is missing or wrong in a recording. It comes from JSON, so it may have any shape. */
export function recordingProblems(recording: Recording): string[] {
	const list = new Checklist(recording);
	checkSources(list);
	checkAuthorization(list);
	checkTokens(list);
	checkUser(list);
	checkUserPosts(list);
	checkParts(list, responsesOf(recording));
	checkProfile(list);
	checkAfterSignIn(list);
	return list.problems.map((problem) => `recording.json: ${problem}`);
}

/** Returns the responses about the user, by URL, and the ID token's claims as `id_token`. */
export function responsesOf({ user, token, idToken }: Partial<Recording>): Record<string, unknown> {
	return {
		...user,
		...(token?.url && { [token.url]: token.answer }),
		...(idToken && { id_token: idToken.claims }),
	};
}

/** Tells whether a list of scopes, with any separator, has the e-mail scope. */
export function hasEmailScope(scope: unknown, emailScope: unknown): boolean {
	return `${scope}`.split(/[\s,]+/).includes(`${emailScope}`);
}

function checkSources(list: Checklist): void {
	list.need("sources", Array.isArray, "a list");
	for (const index in Object(list.at("sources"))) list.needUrl(`sources.${index}`);
	if (list.has("api")) list.needUrl("api");
}

function checkAuthorization(list: Checklist): void {
	list.needUrl("authorization.url");
	if (list.at("authorization.scope") !== "") list.needText("authorization.scope");
	list.needBoolean("authorization.pkce");
	for (const name of ["authorization.nonce", "authorization.formPost"])
		if (list.has(name)) list.needBoolean(name);
	if (list.has("authorization.accessDeniedErrors"))
		list.need("authorization.accessDeniedErrors", Array.isArray, "a list");
	if (!list.has("authorization.email")) return;
	list.needText("authorization.email.scope");
	list.needBoolean("authorization.email.byDefault");
	const isSent = hasEmailScope(list.at("authorization.scope"), list.at("authorization.email.scope"));
	if (isSent !== list.at("authorization.email.byDefault"))
		list.problems.push("authorization.email.byDefault contradicts authorization.scope");
}

function checkTokens(list: Checklist): void {
	list.needUrl("token.url");
	list.needOneOf("token.clientAuth", CLIENT_AUTH);
	if (list.has("token.body")) list.needOneOf("token.body", ["form", "json"]);
	for (const index in Object(list.at("token.callbackParams"))) list.needText(`token.callbackParams.${index}`);
	checkIssuedTokens(list, "token.answer");
	list.needStatus("tokenError.status");
	list.needObject("tokenError.answer");
	if (list.at("tokenError.providerError") !== null) list.needText("tokenError.providerError");
	if (list.has("discovery")) {
		list.needUrl("discovery.url");
		list.needObject("discovery.answer");
	}
	if (!list.has("idToken")) return;
	if (list.at("idToken.alg") !== "HS256") list.needUrl("idToken.jwks");
	if (list.has("idToken.alg")) list.needOneOf("idToken.alg", ["RS256", "HS256"]);
	list.needText("idToken.claims.iss");
	list.needText("idToken.claims.sub");
	if (list.has("token.answer.id_token"))
		list.problems.push("token.answer.id_token must be left out: the fake provider signs one");
}

function checkIssuedTokens(list: Checklist, response: string): void {
	const placeOf = (name: string) => `${response}.${list.at(`token.names.${name}`) ?? name}`;
	list.needText(placeOf("access_token"), MIN_TOKEN_LENGTH);
	if (list.has(placeOf("refresh_token"))) list.needText(placeOf("refresh_token"), MIN_TOKEN_LENGTH);
}

function checkUser(list: Checklist): void {
	list.needObject("user");
	for (const [url, response] of Object.entries(Object(list.at("user")))) {
		if (!isHttps(url)) list.problems.push(`"${url}" in user must be a URL that begins with https://`);
		if (!isContainer(response))
			list.problems.push(`the response of ${url} in user must be an object or a list`);
	}
}

/** A POST with another body than the recorded one is refused, so JSON and a form together could never succeed. */
function checkUserPosts(list: Checklist): void {
	if (!list.has("userPosts")) return;
	list.needObject("userPosts");
	for (const [url, post] of Object.entries(Object(list.at("userPosts")))) {
		if (!(url in Object(list.at("user")))) list.problems.push(`userPosts: user has no response of ${url}`);
		if (!isContainer(post) || ("json" in post && "form" in post))
			list.problems.push(`userPosts: ${url} must have json, form or neither`);
	}
}

function checkParts(list: Checklist, responses: Record<string, unknown>): void {
	const needPart = (name: string, isRight: (value: unknown) => boolean, must: string) => {
		list.needText(`${name}.in`);
		list.needText(`${name}.path`);
		const [where, path] = [list.at(`${name}.in`), list.at(`${name}.path`)];
		if (!isText(where) || !isText(path)) return;
		const part = partAt(responses[where], namesOf(responses[where], path));
		if (!(where in responses))
			list.problems.push(`${name}.in must be one of ${Object.keys(responses).join(", ")}`);
		else if (part === undefined) list.problems.push(`${name}.path is ${path}, but ${where} has no such part`);
		else if (!isRight(part))
			list.problems.push(`${name}.path is ${path}, but the part there must be ${must}`);
	};
	needPart("id", (value) => isText(value) || Number.isSafeInteger(value), "text or a number");
	if (list.has("verified"))
		needPart("verified", (value) => /^(true|false)$/.test(`${value}`), "true or false, also as text");
	for (const index in Object(list.at("decisive") ?? [])) {
		needPart(`decisive.${index}`, () => true, "anything");
		list.needText(`decisive.${index}.why`);
	}
}

function checkProfile(list: Checklist): void {
	list.needText("profile.id");
	for (const field in Object(list.at("profile")))
		if (field === "emailVerified") list.needBoolean("profile.emailVerified");
		else if (field !== "id") list.needText(`profile.${field}`);
}

function checkAfterSignIn(list: Checklist): void {
	if (list.has("refresh")) {
		if (list.has("refresh.url")) list.needUrl("refresh.url");
		checkIssuedTokens(list, "refresh.answer");
	}
	if (list.has("refresh.invalidGrant")) {
		list.needStatus("refresh.invalidGrant.status");
		list.needObject("refresh.invalidGrant.answer");
	}
	if (!list.has("revocation")) return;
	list.needUrl("revocation.url");
	list.needOneOf("revocation.method", ["POST", "DELETE"]);
	list.needOneOf("revocation.clientAuth", [...CLIENT_AUTH, "bearer"]);
	list.needStatus("revocation.status");
}
