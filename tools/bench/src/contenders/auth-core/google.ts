import Google from "@auth/core/providers/google";
import { CLIENT } from "../../sign-in.ts";
import { routes } from "./routes.ts";

export default () => routes("google", Google({ ...CLIENT, checks: ["pkce", "state", "nonce"] }));
