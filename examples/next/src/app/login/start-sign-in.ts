"use server";

import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { NextResponse } from "next/server";
import { ORIGIN } from "#lib/origin.ts";
import { findProvider } from "#lib/providers.ts";
import { problemOf } from "#lib/show-problem.ts";

/** To the provider, by a form. */
export async function startSignIn(form: FormData): Promise<void> {
	const provider = findProvider(String(form.get("provider")));
	if (!provider) redirect("/problem/NOT_FOUND");

	const request = new Request(ORIGIN, { headers: await headers() });
	const signIn = await provider
		.startSignIn({ request })
		.catch((error) => redirect(`/problem/${problemOf(error)}`));

	// A server action can't send `Set-Cookie` as it is. `NextResponse` takes it apart, and loses a `Max-Age=0`.
	const store = await cookies();
	for (const cookie of new NextResponse(null, signIn.response()).cookies.getAll())
		if (cookie.value) store.set(cookie);
		else store.delete(cookie);
	redirect(signIn.url);
}
