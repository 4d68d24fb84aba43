/** A text to compare four bytes at a time: whole words, and the last one up to its end. */
export interface Words {
  readonly length: number;
  readonly offsets: Int32Array;
  readonly words: Int32Array;
}

/** The words of an ASCII text of at least four characters. */
export function wordsOf(text: string): Words {
  const bytes = Buffer.from(text);
  const offsets = Int32Array.from({ length: Math.ceil(bytes.length / 4) }, (_, index) => Math.min(index * 4, bytes.length - 4));
  return { length: bytes.length, offsets, words: offsets.map((offset) => bytes.readInt32LE(offset)) };
}

/** True where the text stands at `at`; the view must go on for as long. */
export function startsWithWords(view: DataView, at: number, { offsets, words }: Words): boolean {
  for (let index = 0; index < words.length; index++) {
    if (view.getInt32(at + offsets[index]!, true) !== words[index]) return false;
  }
  return true;
}
