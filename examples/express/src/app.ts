import { join } from "node:path";
import express from "express";
import { connectionRoutes } from "./connection-routes.ts";
import { accountPage } from "./pages/account-page.ts";
import { loginPage } from "./pages/login-page.ts";
import { isProblemCode } from "./problems.ts";
import { providers } from "./providers.ts";
import { readSession } from "./read-session.ts";
import { checkOrigin, setSecurityHeaders } from "./security.ts";
import { clearSessionCookie } from "./session-cookie.ts";
import { deleteSession } from "./sessions.ts";
import { onlyPost, sendProblem, showFailure } from "./show-problem.ts";
import { signInRoutes } from "./sign-in.ts";
import { getAccounts } from "./users.ts";

export const app = express();
app.disable("x-powered-by");
app.use(setSecurityHeaders);
app.use(express.static(join(import.meta.dirname, "../public")));
app.use(checkOrigin);
app.use(readSession);

app.get("/", async (_request, response) => {
	const { session } = response.locals;
	if (!session) return response.redirect(303, "/login");
	const { user } = session;
	response.send(accountPage(user, await getAccounts(user.id), providers));
});

app.get("/login", (_request, response) => {
	if (response.locals.session) return response.redirect(303, "/");
	response.send(loginPage(providers));
});

for (const provider of providers) app.use(`/login/${provider.id}`, signInRoutes(provider));

app.use("/connections", connectionRoutes);

app
	.route("/logout")
	.post(async (_request, response) => {
		const { session } = response.locals;
		if (session) await deleteSession(session.token);
		clearSessionCookie(response);
		response.redirect(303, "/login");
	})
	.all(onlyPost);

// The URL contains only a code, so nobody can put words on this page.
app.get("/problem/:code", ({ params: { code } }, response) => {
	sendProblem(response, isProblemCode(code) ? code : "NOT_FOUND");
});

app.use((_request, response) => sendProblem(response, "NOT_FOUND"));
app.use(showFailure);
