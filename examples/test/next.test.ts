import { testExample } from "./suite.ts";

await testExample("next");
