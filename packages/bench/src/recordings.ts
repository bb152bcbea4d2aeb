import github from "../../github/test/recording.json" with { type: "json" };
import google from "../../google/test/recording.json" with { type: "json" };

/** What the providers answer, as the packages' own tests have it. */
export const recordings = { github, google };
