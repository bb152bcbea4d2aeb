import { error } from "@sveltejs/kit";
import { isProblemCode, problems } from "#lib/server/problems.ts";

/** The URL contains only a code, so nobody can put words on this page. */
export const load = ({ params }) => {
	const { status, message, advice } = problems[isProblemCode(params.code) ? params.code : "NOT_FOUND"];
	error(status, message, { advice });
};
