import GitHub from "@auth/core/providers/github";
import { CLIENT } from "../../sign-in.ts";
import { routes } from "./routes.ts";

export default () => routes("github", GitHub({ ...CLIENT, checks: ["pkce", "state"] }));
