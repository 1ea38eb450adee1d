/** What a person says about the link of this laptop: `auto` leaves it to NetworkManager. */
export const meteredChoices = ['auto', 'metered', 'unmetered'] as const;
export type MeteredChoice = (typeof meteredChoices)[number];
