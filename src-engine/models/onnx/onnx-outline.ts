/**
 * What an ONNX file says that it is (onnx/onnx, onnx.proto): versions, operators, inputs and outputs. It is read before any native code sees the file, and refused where it reaches
 * outside of itself, is larger than its bounds, or would answer otherwise the next time.
 */
import { UserError } from '../../domain/errors.ts';
import { ProtoMessage } from './protobuf.ts';

export const MAX_ONNX_BYTES = 32 * 1024 * 1024;
/** Of the graph and of those inside of it. */
export const MAX_ONNX_NODES = 20_000;
const MAX_GRAPHS_DEEP = 8;
const MAX_VALUES = 64;
const MAX_DIMENSIONS = 8;
const MAX_NAME = 200;
/** Versions of the operators that are read; the runtime may know fewer. */
const [LEAST_OPSET, MOST_OPSET] = [7, 30];
const DOMAINS: ReadonlySet<string> = new Set(['', 'ai.onnx', 'ai.onnx.ml']);
/** They draw by chance. */
const BY_CHANCE: ReadonlySet<string> = new Set([
  'Bernoulli',
  'Multinomial',
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
]);
/** TensorProto.DataType by its number. */
const TYPES: readonly string[] = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
];

export type OnnxValue = {
  readonly name: string;
  /** `float32`, `int64`, …; of what is no tensor `sequence`, `map`, `optional`. */
  readonly type: string;
  /** A name: any size. Undefined: not even how many there are is known. */
  readonly dims: readonly (number | string)[] | undefined;
};

export type OnnxOutline = {
  readonly ir: number;
  /** Of the operators of ONNX itself. */
  readonly opset: number;
  readonly producer: string;
  readonly nodes: number;
  /** Names of operators with their number, by name. */
  readonly operators: ReadonlyMap<string, number>;
  readonly weights: number;
  /** Without those that the file has a value for. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
};

/** Whether a file begins as ONNX does: with the version of its form. */
export const looksLikeOnnx = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x08 && (bytes[1] ?? 0) > 0 && (bytes[1] ?? 0) < 0x80;

type Counts = { nodes: number; weights: number; readonly operators: Map<string, number> };

/** Of AttributeProto: those that are known. What else there is could hold tensors or graphs that nothing here looks at. */
const ATTRIBUTE_FIELDS: ReadonlySet<number> = new Set([
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 20, 21, 22, 23,
]);

/** Messages that stand once. A reader of protobuf makes one of two, so that what is looked at would not be what runs. */
class Once {
  readonly #seen = new Set<number>();
  readonly #refuse: Refuse;

  constructor(refuse: Refuse) {
    this.#refuse = refuse;
  }

  take(field: number, what: string): void {
    if (this.#seen.has(field)) throw this.#refuse(`says ${what} twice`);
    this.#seen.add(field);
  }
}

/** @throws UserError that names what is at fault, its value and the bound. */
export function onnxOutline(bytes: Uint8Array, name: string): OnnxOutline {
  const refuse = (message: string, remedy = 'Export the model again.'): UserError =>
    new UserError({ code: 'bad-model', field: name, message, remedy });
  if (bytes.length > MAX_ONNX_BYTES)
    throw refuse(`has ${bytes.length} bytes, and at most ${MAX_ONNX_BYTES} are read`);
  let [ir, producer] = [0, ''];
  let graph: ProtoMessage | undefined;
  const opsets = new Map<string, number>();
  const once = new Once(refuse);
  for (const { field, number, part } of new ProtoMessage(bytes, name).fields()) {
    if (field === 1) ir = number;
    else if (field === 2 && part !== undefined) producer = part.text(MAX_NAME);
    else if (field === 7) {
      once.take(field, 'its graph');
      graph = part;
    } else if (field === 8 && part !== undefined) {
      const [domain, version] = opsetOf(part);
      opsets.set(domain, version);
    } else if (field === 20) throw refuse('has a part for training', 'Export it for inference.');
    else if (field === 25) throw refuse('has functions of its own', 'Export it with its functions inlined.');
  }
  if (graph === undefined) throw refuse('has no graph: it is no ONNX model');
  for (const domain of opsets.keys())
    if (!DOMAINS.has(domain))
      throw refuse(
        `uses operators of ${domain.slice(0, 60)}`,
        'Export it with the operators of ONNX alone (ai.onnx, ai.onnx.ml), and before it is optimised for a runtime.',
      );
  const opset = opsets.get('') ?? opsets.get('ai.onnx') ?? 0;
  const hasMl = opsets.has('ai.onnx.ml');
  if (!(opset === 0 && hasMl) && (opset < LEAST_OPSET || opset > MOST_OPSET))
    throw refuse(`has version ${opset} of ONNX’s operators, and ${LEAST_OPSET} to ${MOST_OPSET} are read`);
  const counts: Counts = { nodes: 0, weights: 0, operators: new Map() };
  const { inputs, outputs } = graphOf(graph, counts, 0, refuse);
  return { ir, opset, producer, ...counts, inputs, outputs };
}

function opsetOf(message: ProtoMessage): [string, number] {
  let [domain, version] = ['', 0];
  for (const { field, number, part } of message.fields()) {
    if (field === 1 && part !== undefined) domain = part.text(MAX_NAME);
    else if (field === 2) version = number;
  }
  return [domain, version];
}

type Refuse = (message: string, remedy?: string) => UserError;

function graphOf(graph: ProtoMessage, counts: Counts, depth: number, refuse: Refuse) {
  if (depth > MAX_GRAPHS_DEEP) throw refuse(`has graphs more than ${MAX_GRAPHS_DEEP} deep`);
  const given = new Set<string>();
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  for (const { field, part } of graph.fields()) {
    if (part === undefined) continue;
    if (field === 1) countNode(part, counts, depth, refuse);
    else if (field === 5) given.add(tensorName(part, counts, refuse));
    else if (field === 15) countSparse(part, counts, refuse);
    if (field !== 11 && field !== 12) continue;
    const values = field === 11 ? inputs : outputs;
    values.push(valueOf(part, refuse));
    // Old files list each weight as an input as well.
    if (values.length > MAX_VALUES + given.size + counts.nodes * 8)
      throw refuse(`has more than ${MAX_VALUES} values`);
  }
  const asked = inputs.filter(({ name }) => !given.has(name));
  if (asked.length > MAX_VALUES || outputs.length > MAX_VALUES)
    throw refuse(`has ${asked.length} inputs and ${outputs.length} outputs, at most ${MAX_VALUES} of each`);
  return { inputs: asked, outputs };
}

function countNode(node: ProtoMessage, counts: Counts, depth: number, refuse: Refuse): void {
  counts.nodes++;
  if (counts.nodes > MAX_ONNX_NODES) throw refuse(`has more than ${MAX_ONNX_NODES} nodes`);
  let [operator, domain, inputs] = ['', '', 0];
  for (const { field, part } of node.fields()) {
    if (part === undefined) continue;
    if (field === 1) inputs++;
    else if (field === 4) operator = part.text(MAX_NAME);
    else if (field === 7) domain = part.text(MAX_NAME);
    else if (field === 5) countAttribute(part, counts, depth, refuse);
  }
  if (!DOMAINS.has(domain)) throw refuse(`uses the operator ${operator} of ${domain.slice(0, 60)}`);
  if (BY_CHANCE.has(operator))
    throw refuse(
      `draws by chance (${operator}): the same row would have other answers`,
      'Export it for inference.',
    );
  // The third input turns its training mode on.
  if (operator === 'Dropout' && inputs > 2)
    throw refuse('has a Dropout with a mode for training', 'Export it for inference.');
  counts.operators.set(operator, (counts.operators.get(operator) ?? 0) + 1);
}

function countAttribute(attribute: ProtoMessage, counts: Counts, depth: number, refuse: Refuse): void {
  const once = new Once(refuse);
  for (const { field, part } of attribute.fields()) {
    if (!ATTRIBUTE_FIELDS.has(field))
      throw refuse(`has a field ${field} of an attribute, which is not known`);
    if (part === undefined) continue;
    if (field === 5 || field === 6 || field === 22) once.take(field, 'the value of an attribute');
    if (field === 5 || field === 10) tensorName(part, counts, refuse);
    else if (field === 6 || field === 11) graphOf(part, counts, depth + 1, refuse);
    else if (field === 22 || field === 23) countSparse(part, counts, refuse);
  }
}

/** Its values and their places are tensors; its dimensions are numbers. */
function countSparse(sparse: ProtoMessage, counts: Counts, refuse: Refuse): void {
  for (const { field, part } of sparse.fields())
    if (part !== undefined && (field === 1 || field === 2)) tensorName(part, counts, refuse);
}

/** Name of a tensor, whose values are counted. What lies in another file is never read. */
function tensorName(tensor: ProtoMessage, counts: Counts, refuse: Refuse): string {
  let [name, size] = ['', 1];
  for (const { field, number, part } of tensor.fields()) {
    if (field === 8 && part !== undefined) name = part.text(MAX_NAME);
    else if (field === 1) {
      if (part === undefined) size *= number;
      else for (const each of part.packed()) size *= each;
    } else if (field === 13 || (field === 14 && number !== 0))
      throw refuse('keeps weights in other files', 'Export it as one file.');
  }
  counts.weights += size;
  return name;
}

function valueOf(message: ProtoMessage, refuse: Refuse): OnnxValue {
  let name = '';
  let [type, dims]: [string, OnnxValue['dims']] = ['undefined', undefined];
  const once = new Once(refuse);
  for (const { field, part } of message.fields()) {
    if (field === 1 && part !== undefined) name = part.text(MAX_NAME);
    else if (field === 2 && part !== undefined) {
      once.take(field, 'the type of a value');
      ({ type, dims } = typeOf(part, refuse));
    }
  }
  return { name, type, dims };
}

const NO_TENSORS: Readonly<Record<number, string>> = { 4: 'sequence', 5: 'map', 8: 'sparse', 9: 'optional' };

function typeOf(message: ProtoMessage, refuse: Refuse): Pick<OnnxValue, 'type' | 'dims'> {
  let [type, dims]: [string, OnnxValue['dims']] = ['undefined', undefined];
  const once = new Once(refuse);
  const onceShape = new Once(refuse);
  for (const { field, part } of message.fields()) {
    type = NO_TENSORS[field] ?? type;
    if (field !== 1 || part === undefined) continue;
    once.take(field, 'the type of a value');
    for (const each of part.fields()) {
      if (each.field === 1) type = TYPES[each.number] ?? `type ${each.number}`;
      else if (each.field === 2 && each.part !== undefined) {
        onceShape.take(each.field, 'the shape of a value');
        dims = dimsOf(each.part, refuse);
      }
    }
  }
  return { type, dims };
}

function dimsOf(shape: ProtoMessage, refuse: Refuse): readonly (number | string)[] {
  const dims: (number | string)[] = [];
  for (const { field, part } of shape.fields()) {
    if (field !== 1 || part === undefined) continue;
    let dim: number | string = '?';
    for (const each of part.fields()) {
      if (each.field === 1) dim = each.number;
      else if (each.field === 2 && each.part !== undefined) dim = each.part.text(MAX_NAME) || '?';
    }
    dims.push(dim);
    if (dims.length > MAX_DIMENSIONS) throw refuse(`has a value of more than ${MAX_DIMENSIONS} dimensions`);
  }
  return dims;
}

/** `x float32[N, 4]`, for people. */
export const valueText = ({ name, type, dims }: OnnxValue): string =>
  `${name} ${type}${dims === undefined ? '' : `[${dims.join(', ')}]`}`;
