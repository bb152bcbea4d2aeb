import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { App } from "../app.ts";
import type { Problem } from "../problems.ts";
import { Layout } from "./layout.tsx";

export function renderProblem(c: Context<App>, problem: Problem) {
	const page = <ProblemPage problem={problem} isSignedIn={Boolean(c.var.session)} />;
	return c.html(page, problem.status as ContentfulStatusCode);
}

const ProblemPage = ({ problem, isSignedIn }: { problem: Problem; isSignedIn: boolean }) => (
	<Layout title={problem.message}>
		<section class="card">
			<p class="status">{problem.status}</p>
			<h1>{problem.message}</h1>
			<p>{problem.advice}</p>
			<a class="button primary" href={isSignedIn ? "/" : "/login"}>
				{isSignedIn ? "Back to your account" : "Go to the sign-in page"}
			</a>
		</section>
	</Layout>
);
