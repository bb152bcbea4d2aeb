"use client";

import { ProblemCard } from "#components/problem-card.tsx";
import { problems } from "#lib/problems.ts";

/** Shown when a page has thrown. Next logs the error. */
export default function ErrorPage() {
	return <ProblemCard problem={problems.UNEXPECTED} isSignedIn />;
}
