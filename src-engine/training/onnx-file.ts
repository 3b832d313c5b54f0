/** The file of an ONNX model beside its entry in the registry. It is read in parts, so that nothing waits for a large one. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../domain/errors.ts';
import { irregularity } from '../lib/regular-file.ts';
import { writeWhole } from '../lib/whole-file.ts';
import type { Predictor } from './model-file.ts';
import { ONNX_FILE } from './onnx-predictor.ts';

/** @param file of the model; others have none. */
export async function writeOnnxFile(folder: string, file: Uint8Array | undefined): Promise<void> {
  if (file !== undefined) await writeWhole(join(folder, ONNX_FILE), file);
}

/** What is wrong with the file of a model; undefined: nothing, or it has none. */
export async function onnxFileFault(folder: string, predictor: Predictor): Promise<string | undefined> {
  if (predictor.kind !== 'onnx') return undefined;
  const path = join(folder, ONNX_FILE);
  const odd = irregularity(path);
  if (odd !== undefined) return odd;
  const hash = createHash('sha256');
  try {
    for await (const part of createReadStream(path)) hash.update(part as Buffer);
  } catch (error) {
    return `cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
  const found = hash.digest('hex');
  return found === predictor.file.sha256 ? undefined : `was altered: its content has the SHA-256 ${found}`;
}

export function withoutFile(name: string): UserError {
  return new UserError({
    code: 'no-onnx-file',
    field: 'FILE',
    value: name,
    message: `is an ONNX model without its file ${ONNX_FILE}`,
    remedy: 'Import the .onnx file itself.',
  });
}
