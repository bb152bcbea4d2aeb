import github from "../../../packages/github/test/recording.json" with { type: "json" };
import google from "../../../packages/google/test/recording.json" with { type: "json" };

/** The providers' responses, which the packages' own tests use too. */
export const recordings = { github, google };
