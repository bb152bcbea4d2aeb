import { testExample } from "./suite.ts";

await testExample("sveltekit");
