"use server";

import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { findProvider } from "#lib/providers.ts";
import { showFailure } from "#lib/show-problem.ts";

/** Redirects to the provider. The server action of a form. */
export async function startSignIn(form: FormData): Promise<void> {
	const provider = findProvider(String(form.get("provider")));
	if (!provider) redirect("/problem/NOT_FOUND");

	const signIn = await provider
		.startSignIn({ headers: await headers() })
		.catch((error) => redirect(showFailure(error).headers.get("location") ?? "/login"));

	const store = await cookies();
	for (const { name, value, attributes } of signIn.cookies) store.set(name, value, attributes);
	redirect(signIn.url);
}
