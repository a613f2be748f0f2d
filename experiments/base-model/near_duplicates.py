"""How alike two short texts are, and which of many texts is most like a given one.

The measure is the Jaccard index of character n-grams, after Unicode compatibility folding, case folding and dropping
everything but letters and digits: it sees through spacing, punctuation and width, and does not mind word order much.
"""
import collections
import unicodedata


def folded(text):
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


class Index:
    """Texts by their character n-grams."""

    def __init__(self, texts, n):
        self.n = n
        self.grams = [self.ngrams(text) for text in texts]
        self.holders = collections.defaultdict(list)
        for number, grams in enumerate(self.grams):
            for gram in grams:
                self.holders[gram].append(number)

    def ngrams(self, text):
        text = folded(text)
        return frozenset(text[i:i + self.n] for i in range(max(1, len(text) - self.n + 1)))

    def nearest(self, text, apart_from=None):
        """The similarity and the number of the most similar text, the first of several; (0.0, None) without any."""
        grams = self.ngrams(text)
        shared = collections.Counter()
        for gram in grams:
            shared.update(self.holders.get(gram, ()))
        best = (0.0, None)
        for number in sorted(shared):
            if number == apart_from:
                continue
            similarity = shared[number] / (len(grams) + len(self.grams[number]) - shared[number])
            if similarity > best[0]:
                best = (similarity, number)
        return best
