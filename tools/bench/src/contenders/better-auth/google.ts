import { routes } from "./routes.ts";

export default () => routes("google", "sub");
