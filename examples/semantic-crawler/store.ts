import { connect, type Table } from '@lancedb/lancedb';
import { Field, FixedSizeList, Float32, Schema, Utf8 } from 'apache-arrow';

export interface Document {
  /** One per URL, so that a later crawl replaces what an earlier one wrote. */
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly category: string;
  readonly vector: number[];
}

const TABLE = 'documents';

/** The table of documents in a folder, made when it is not there yet. */
export async function openStore(folder: string, dimensions: number): Promise<Table> {
  const database = await connect(folder);
  const names = await database.tableNames();
  if (names.includes(TABLE)) return database.openTable(TABLE);
  const texts = ['id', 'url', 'title', 'category'].map((name) => new Field(name, new Utf8()));
  const vector = new Field('vector', new FixedSizeList(dimensions, new Field('item', new Float32())));
  return database.createEmptyTable(TABLE, new Schema([...texts, vector]));
}

/** Writes a document, over the one with the same id if there is one. */
export async function saveDocument(table: Table, document: Document): Promise<void> {
  await table
    .mergeInsert('id')
    .whenMatchedUpdateAll()
    .whenNotMatchedInsertAll()
    .execute([{ ...document }]);
}
