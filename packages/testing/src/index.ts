export {
	CLIENT,
	FakeProvider,
	type ReceivedRequest,
	type RegisteredClient,
	type Substitute,
	type UserAnswers,
} from "./fake-provider.js";
export type { Json, Part, Recording, UserPost } from "./recording.js";
