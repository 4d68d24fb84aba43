import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import protobuf from 'protobufjs';

/** The part of ONNX's format that two tiny models need, see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
const SCHEMA = `syntax = "proto3";
message Model { int64 ir_version = 1; Graph graph = 7; repeated Opset opset_import = 8; }
message Opset { string domain = 1; int64 version = 2; }
message Graph { repeated Node node = 1; string name = 2; repeated Tensor initializer = 5; repeated Value input = 11; repeated Value output = 12; }
message Node { repeated string input = 1; repeated string output = 2; string op_type = 4; repeated Attribute attribute = 5; }
message Attribute { string name = 1; int64 i = 3; repeated int64 ints = 8; int32 type = 20; }
message Tensor { repeated int64 dims = 1; int32 data_type = 2; repeated float float_data = 4; string name = 8; }
message Value { string name = 1; Type type = 2; }
message Type { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Shape { repeated Dimension dim = 1; }
message Dimension { int64 dim_value = 1; string dim_param = 2; }`;
const FLOAT = 1;
const INT64 = 7;
const WORDS = ['[PAD]', '[UNK]', 'hello', 'world'];
const DIMENSIONS = 8;

/** Writes an embedding model and a classifier that Transformers.js loads, and gives their directory. */
export async function writeTinyModels(directory: string): Promise<string> {
  const gather = { input: ['words', 'input_ids'], output: ['last_hidden_state'], opType: 'Gather' };
  const words = tensor('words', [WORDS.length, DIMENSIONS]);
  await writeModel(join(directory, 'tiny-embedder'), {}, [gather], [words], value('last_hidden_state', ['b', 's', DIMENSIONS]));
  const axes = [
    { name: 'axes', ints: [1], type: 7 },
    { name: 'keepdims', i: 0, type: 2 },
  ];
  const mean = { input: ['last_hidden_state'], output: ['mean'], opType: 'ReduceMean', attribute: axes };
  const score = { input: ['mean', 'labels'], output: ['logits'], opType: 'MatMul' };
  const labels = { id2label: { 0: 'NO', 1: 'YES' }, label2id: { NO: 0, YES: 1 } };
  const tensors = [words, tensor('labels', [DIMENSIONS, 2])];
  await writeModel(join(directory, 'tiny-classifier'), labels, [gather, mean, score], tensors, value('logits', ['b', 2]));
  return directory;
}

async function writeModel(
  directory: string,
  labels: object,
  node: object[],
  initializer: object[],
  output: object,
): Promise<void> {
  const type = protobuf.parse(SCHEMA).root.lookupType('Model');
  const input = ['input_ids', 'attention_mask'].map((name) => value(name, ['b', 's'], INT64));
  const graph = { name: 'tiny', node, initializer, input, output: [output] };
  await mkdir(join(directory, 'onnx'), { recursive: true });
  await writeFile(
    join(directory, 'onnx/model.onnx'),
    type.encode(type.fromObject({ irVersion: 8, graph, opsetImport: [{ version: 13 }] })).finish(),
  );
  const name = directory.split('/').at(-1);
  await writeFile(join(directory, 'config.json'), JSON.stringify({ model_type: 'bert', _name_or_path: name, ...labels }));
  const tokenizer = {
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: vocabulary(),
    },
  };
  await writeFile(join(directory, 'tokenizer.json'), JSON.stringify(tokenizer));
  const settings = { tokenizer_class: 'BertTokenizer', unk_token: '[UNK]', pad_token: '[PAD]', model_max_length: 64 };
  await writeFile(join(directory, 'tokenizer_config.json'), JSON.stringify(settings));
}

function vocabulary(): Record<string, number> {
  return Object.fromEntries(WORDS.map((word, index) => [word, index]));
}

function tensor(name: string, dims: number[]): object {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return { name, dims, dataType: FLOAT, floatData: Array.from({ length: size }, (_, index) => Math.sin(index)) };
}

function value(name: string, shape: (string | number)[], elemType = FLOAT): object {
  const dim = shape.map((one) => (typeof one === 'string' ? { dimParam: one } : { dimValue: one }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
