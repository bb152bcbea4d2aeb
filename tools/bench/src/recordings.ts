import github from "../../../packages/github/test/recording.json" with { type: "json" };
import google from "../../../packages/google/test/recording.json" with { type: "json" };

/** The responses of the providers, as the packages' own tests have them. */
export const recordings = { github, google };
