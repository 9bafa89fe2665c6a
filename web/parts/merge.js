// Objects that are the same: one is kept, the others are merged into it.
import { html } from "../html.js";
import { post } from "../api.js";
import { Act, useHands } from "./actions.js";

export function MergeInto({ object, matches }) {
  const hands = useHands();
  return matches.map((kept) => html`
    <${Act} onClick=${async () => {
      const losers = matches.filter((id) => id !== kept);
      const confirmed = await hands.ask({
        title: `Merge into ${object}:${kept}`, action: `Merge ${losers.length}`, danger: true,
        text: `${losers.map((id) => `${object}:${id}`).join(", ")} will be merged into ${object}:${kept} and be gone afterwards.`,
        work: async () => {
          for (const loser of losers) await post(`/objects/${object}/${kept}/merge`, { loser });
        },
      });
      return confirmed && `${object}:${kept} has all of it now.`;
    }}>Merge into ${object}:${kept}<//>`);
}
