import { ElementBytes } from "./elementBytes.ts";

/** Receives what a splitter finds, in order of the document. Bytes are valid during the call alone. */
export interface JsonElements {
  /** The text of one element, whose brackets balance; it may still be no JSON. */
  element(text: Uint8Array): void;
  /** A piece that is no element: the rule it breaks and its first bytes. */
  broken(rule: "truncated-json" | "oversized-record", beginning: Uint8Array): void;
}

const [quote, backslash, newline, comma, colon] = [0x22, 0x5c, 0x0a, 0x2c, 0x3a];
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** What encloses the place reached: an array of elements, or an object that holds one under a container's key. */
type Frame = "array" | "object";

type State = "between" | "inside" | "line start" | "text" | "escape" | "key" | "key escape" | "scalar";

/** How much of a broken piece is shown. */
const shown = 200;

/**
 * Splits a stream of JSON documents into elements without holding more than one of them: values on lines of their own,
 * items of outermost arrays (of arrays, too) and what is below the containers' keys (see JsonFormat). Does not depend
 * on how the bytes are cut into chunks. Where lines are documents of their own, a broken line does not spoil the next:
 * a newline ends a line that cannot go on, once a document was seen to fill one line.
 */
export class JsonSplitter {
  private readonly keys: Uint8Array[];
  private readonly into: JsonElements;
  private readonly frames: Frame[] = [];
  private state: State = "between";
  /** Objects and arrays open inside the innermost frame's object. */
  private depth = 0;
  /** Whether the bytes are part of an element; else members beside a container are passed over. */
  private capturing = false;
  /** Where the element begins in this chunk, and its bytes from earlier chunks. */
  private start = 0;
  private readonly held: ElementBytes;
  private nextIsKey = false;
  private readonly key = new Uint8Array(64);
  private keyLength = 0;
  private belowContainer = false;
  /** The last byte of earlier chunks, and the last that is no white space. */
  private lastByte = 0;
  private lastToken = 0;
  /** Newlines within the outermost value that is open, and what is known of the lines. */
  private newlines = 0;
  private lines: "unknown" | "perhaps" | "documents" | "no" = "unknown";
  private first = true;

  /** `limit`: bytes of the longest element that is kept whole. */
  constructor(containers: ReadonlySet<string>, into: JsonElements, limit = 2 ** 27) {
    this.keys = [...containers].map((key) => new TextEncoder().encode(key));
    this.into = into;
    this.held = new ElementBytes(limit);
  }

  push(chunk: Uint8Array): void {
    let i = 0;
    if (this.first && chunk.length > 0) {
      // A byte order mark is three bytes that no JSON begins with; each is passed over alone, as chunks may cut it.
      while (i < chunk.length && (chunk[i] === 0xef || chunk[i] === 0xbb || chunk[i] === 0xbf)) i++;
      this.first = i === chunk.length;
    }
    this.start = i;
    while (i < chunk.length) i = this.step(chunk, i);
    if (this.capturing) this.held.append(chunk.subarray(this.start));
    let j = chunk.length - 1;
    while (j >= 0 && chunk[j]! <= 0x20) j--;
    this.lastToken = chunk[j] ?? this.lastToken;
    this.lastByte = chunk.at(-1) ?? this.lastByte;
  }

  /** Ends the document: what is still open is broken. */
  end(): void {
    if (this.state === "scalar") this.scalarEnd(new Uint8Array(0), 0);
    else if (this.state !== "between" || this.frames.length > 0) this.fail(new Uint8Array(0), 0);
  }

  /** Goes on from byte `i`; returns the place of the next byte to look at. */
  private step(chunk: Uint8Array, i: number): number {
    switch (this.state) {
      case "between":
        return this.between(chunk, i);
      case "inside":
        return this.inside(chunk, i);
      case "line start":
        this.state = "inside";
        return this.startsAnew(chunk, i) ? this.fail(chunk, i) : i;
      case "text":
        return this.text(chunk, i);
      case "escape":
        this.state = "text";
        return chunk[i] === newline ? i : i + 1;
      case "key":
      case "key escape":
        return this.keyByte(chunk, i);
      case "scalar":
        return this.scalar(chunk, i);
    }
  }

  private between(chunk: Uint8Array, i: number): number {
    const byte = chunk[i]!;
    if (byte === newline) return this.lineEnd(chunk, i);
    if (byte <= 0x20 || byte === comma) return i + 1;
    const frame = this.frames.at(-1);
    if (frame === undefined) {
      this.newlines = 0;
      if (this.lines === "perhaps") this.lines = "documents";
    } else if (this.startsAnew(chunk, i)) return this.fail(chunk, i);
    if (byte === openArray) this.frames.push("array");
    else if (byte === openObject) this.openElement(i);
    else if (byte === closeArray && frame === "array") {
      this.frames.pop();
      this.leave();
    } else {
      this.capturing = true;
      this.start = i;
      this.state = "scalar";
    }
    return i + 1;
  }

  private openElement(i: number): void {
    this.capturing = true;
    this.start = i;
    this.depth = 1;
    this.nextIsKey = this.keys.length > 0;
    this.belowContainer = false;
    this.state = "inside";
  }

  private inside(chunk: Uint8Array, from: number): number {
    for (let i = from; i < chunk.length; i++) {
      switch (chunk[i]) {
        case quote:
          if (this.depth === 1) {
            this.belowContainer = false;
            if (this.nextIsKey) {
              this.nextIsKey = false;
              this.keyLength = 0;
              this.state = "key";
              return i + 1;
            }
          }
          this.state = "text";
          return i + 1;
        case openArray:
        case openObject:
          if (this.depth === 1 && this.belowContainer) return this.enter(chunk[i]!, i);
          this.depth++;
          break;
        case closeArray:
        case closeObject:
          if (--this.depth > 0) break;
          if (this.capturing) return this.finish(chunk, i + 1);
          this.leave();
          return i + 1;
        case comma:
          if (this.depth === 1) {
            this.nextIsKey = this.keys.length > 0;
            this.belowContainer = false;
          }
          break;
        case newline:
          return this.lineEnd(chunk, i);
      }
    }
    return chunk.length;
  }

  /** The object turns out to hold elements under a container's key: it is no element itself. */
  private enter(byte: number, i: number): number {
    this.release();
    this.frames.push("object");
    if (byte === openArray) {
      this.frames.push("array");
      this.state = "between";
    } else this.openElement(i);
    return i + 1;
  }

  private text(chunk: Uint8Array, from: number): number {
    let i = from;
    while (i < chunk.length) {
      const byte = chunk[i]!;
      if (byte === quote) {
        this.state = "inside";
        return i + 1;
      }
      if (byte === backslash) {
        this.state = "escape";
        return i + 1;
      }
      if (byte === newline && (this.lines === "documents" || this.newlines === 0)) return this.fail(chunk, i);
      i++;
    }
    return i;
  }

  private keyByte(chunk: Uint8Array, i: number): number {
    const byte = chunk[i]!;
    if (byte === newline && (this.lines === "documents" || this.newlines === 0)) return this.fail(chunk, i);
    if (this.state === "key escape") this.state = "key";
    else if (byte === backslash) this.state = "key escape";
    else if (byte === quote) {
      this.state = "inside";
      this.belowContainer = this.keys.some(
        (key) => key.length === this.keyLength && key.every((value, k) => value === this.key[k]),
      );
      return i + 1;
    }
    if (this.keyLength < this.key.length) this.key[this.keyLength++] = byte;
    return i + 1;
  }

  /** A number, a word or noise where an element should be: up to the end of the line or of the array's item. */
  private scalar(chunk: Uint8Array, from: number): number {
    const inArray = this.frames.length > 0;
    for (let i = from; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte === newline || (inArray && (byte === comma || byte === closeArray))) return this.scalarEnd(chunk, i);
    }
    return chunk.length;
  }

  private scalarEnd(chunk: Uint8Array, end: number): number {
    const { lines } = this;
    this.finish(chunk, end);
    this.lines = lines;
    return end;
  }

  private lineEnd(chunk: Uint8Array, i: number): number {
    const open = this.state === "inside" || this.frames.length > 0;
    if (open) {
      if (this.lines === "documents") return this.fail(chunk, i);
      this.newlines++;
    }
    if (this.state === "inside") this.state = "line start";
    return i + 1;
  }

  /** Whether byte `i` begins a line as only a new document can: a bracket where JSON allows no value. */
  private startsAnew(chunk: Uint8Array, i: number): boolean {
    if (chunk[i] !== openObject && chunk[i] !== openArray) return false;
    if ((chunk[i - 1] ?? this.lastByte) !== newline) return false;
    let j = i - 1;
    while (j >= 0 && chunk[j]! <= 0x20) j--;
    const last = chunk[j] ?? this.lastToken;
    return last !== openArray && last !== colon && last !== comma;
  }

  /** The element ends before byte `end`. */
  private finish(chunk: Uint8Array, end: number): number {
    const last = chunk.subarray(this.start, end);
    const text = this.held.whole(last);
    if (text) this.into.element(text);
    else this.into.broken("oversized-record", this.held.beginning(last, shown));
    this.leave();
    return end;
  }

  /** What is open cannot go on: it is given up, and a new document begins at byte `i`. */
  private fail(chunk: Uint8Array, i: number): number {
    const last = this.capturing ? chunk.subarray(this.start, i) : new Uint8Array(0);
    this.into.broken("truncated-json", this.held.beginning(last, shown));
    this.frames.length = 0;
    this.leave();
    if (this.newlines <= 1) this.lines = "documents";
    return i;
  }

  /** Back to what encloses the value that has ended. */
  private leave(): void {
    this.release();
    const frame = this.frames.at(-1);
    this.state = "between";
    if (frame === "object") {
      this.frames.pop();
      this.depth = 1;
      this.nextIsKey = false;
      this.belowContainer = false;
      this.state = "inside";
    } else if (frame === undefined && this.lines === "unknown") this.lines = this.newlines === 0 ? "perhaps" : "no";
  }

  private release(): void {
    this.capturing = false;
    this.held.clear();
  }
}
