/** Folder of the vector store. */
export const VECTOR_STORE = process.env['VECTOR_STORE'] || 'storage/vectors';
