/** So many turns are kept of a conversation; the oldest go first. */
const mostTurns = 50;

const key = (collection) => `conversation ${collection}`;

/**
 * What was asked and answered in a collection, oldest first. It is kept in this browser alone.
 * @typedef {{question: string, reply: object|null, text: string, error?: object}} Turn `reply` null: it was stopped
 * @returns {Turn[]}
 */
export function conversation(collection) {
  try {
    const turns = JSON.parse(localStorage.getItem(key(collection)) ?? "[]");
    return Array.isArray(turns) ? turns : [];
  } catch {
    // Written by another version, or storage is forbidden: a conversation begins anew.
    return [];
  }
}

/** Keeps a conversation. Where storage is full or forbidden it lasts as long as the page. */
export function keepConversation(collection, turns) {
  try {
    localStorage.setItem(key(collection), JSON.stringify(turns.slice(-mostTurns)));
  } catch (error) {
    console.warn("The conversation is not kept:", error);
  }
}

/** Forgets it. */
export const forgetConversation = (collection) => localStorage.removeItem(key(collection));
