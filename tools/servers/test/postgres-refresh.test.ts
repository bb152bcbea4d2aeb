import { testRefresh } from "./test-refresh.ts";

testRefresh("postgres");
