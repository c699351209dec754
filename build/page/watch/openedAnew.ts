/** The word in a page's address that tells it that it was opened anew, since the one before it did not answer. */
export const openedAnew = "anew";
