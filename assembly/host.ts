// What the host does: what is rare, or needs its parser of JSON, its numbers or its Unicode.

/** Memory has another buffer. */
export declare function grown(): void;
/** The number that a text spells. */
export declare function parseDouble(start: usize, end: usize): f64;
/** The number of a resource, of the JSON list of its attributes. */
export declare function resourceOf(start: usize, end: usize): i32;
/** Reads a span that is not written as exporters write it. */
export declare function readOddSpan(start: usize, end: usize, resource: i32): void;
/** Takes the rows of a full table away. */
export declare function takeRows(table: i32): void;
/** Sets a column to an attribute's value, whatever it is; false where the column cannot hold it as it is. */
export declare function setColumn(table: i32, column: i32, slot: i32, index: i32): bool;
/** Notes the text of an attribute for the series, whatever its value; false where that is another value than its text. */
export declare function setSeriesText(index: i32, place: i32): bool;
/** Undoes the escapes of the span's name. */
export declare function setName(): void;
/** Sets the status message. */
export declare function setMessage(table: i32): void;
/** Sets the domain to the host of the URL. */
export declare function setDomain(table: i32): void;
/** The number of a new series. */
export declare function addSeries(resource: i32): i32;
/** How many spans this one stands for, where it says that. */
export declare function readWeight(): f64;
/** Writes the attributes that no column holds, and `missing` ones as null, to the arena; returns where they end. */
export declare function writeOddRest(missing: i32): usize;
/** Puts the text of an attribute's value, whatever it is, to the arena; returns where it starts. */
export declare function putAttributeText(index: i32): usize;
/** Writes the links of the span, or those behind `after` where that is not 0: then the one before it has its own columns. */
export declare function setLinks(table: i32, after: usize): void;
/** Writes the events of the span, or what follows of that it was retried. */
export declare function writeEvents(table: i32, number: i32, resource: i32, isCrawl: bool): void;
