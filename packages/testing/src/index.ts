export { type TestedProvider, testProvider } from "./contract.js";
export {
	CLIENT,
	FakeProvider,
	type ReceivedRequest,
	type RegisteredClient,
	type Substitute,
} from "./fake-provider.js";
export type { Json, Recording } from "./recording.js";
