import { alignedTo4, isLittleEndianCdr, textEndAt, uint32At } from './cdrPlaces.js';
import { dimensionsPerMetricMax } from './metricMessage.js';

/**
 * Where the fields of a ros_monitoring_msgs/msg/MetricData are in its bytes, also as the only one of a MetricList, without a text
 * or an object being made of any: for those who go through very many of them. One of these is used again and again.
 *
 * `find` knows the form that robots write, little-endian CDR; it says no to everything else, also to what the readers of
 * `metricMessage` can read. Whatever it says yes to, they read, with the same fields.
 */
export class MetricParts {
  sec = 0;
  nanosec = 0;
  /** Name and unit, each with its length: the same bytes, the same texts. */
  nameFrom = 0;
  unitTo = 0;
  /** The dimensions with their count. */
  dimensionsFrom = 0;
  dimensionsTo = 0;
  #valueFrom = 0;

  /** The message's bytes are those from `from` to `end`; the places count from the beginning of all. */
  find(bytes: Uint8Array, isList: boolean, from = 0, end = bytes.byteLength): boolean {
    if (end - from < 4 || !isLittleEndianCdr(bytes, from)) return false;
    let at = from + 4;
    if (isList) {
      if (at + 4 > end || uint32At(bytes, at) !== 1) return false;
      at += 4;
    }
    // The header's stamp, then its frame.
    at = textEndAt(bytes, at + 8, end);
    if (at < 0) return false;
    this.nameFrom = alignedTo4(at, from);
    at = textEndAt(bytes, this.nameFrom, end);
    if (at < 0) return false;
    at = textEndAt(bytes, alignedTo4(at, from), end);
    if (at < 0) return false;
    this.unitTo = at;
    at = alignedTo4(at, from);
    // Version 1 aligns a double to 8.
    if (bytes[from + 1] === 1 && ((at - from - 4) & 7) !== 0) at += 4;
    if (at + fixedBytes > end) return false;
    this.#valueFrom = at;
    this.sec = uint32At(bytes, at + 8) | 0;
    this.nanosec = uint32At(bytes, at + 12);
    this.dimensionsFrom = at + 16;
    return this.#findDimensions(bytes, from, end);
  }

  valueIn(bytes: Uint8Array): number {
    for (let place = 0; place < 8; place += 1) valueBytes[place] = bytes[this.#valueFrom + place] ?? 0;
    return valueView.getFloat64(0, true);
  }

  #findDimensions(bytes: Uint8Array, from: number, end: number): boolean {
    const texts = uint32At(bytes, this.dimensionsFrom) * 2;
    if (texts > dimensionsPerMetricMax * 2) return false;
    let at = this.dimensionsFrom + 4;
    for (let text = 0; text < texts; text += 1) {
      at = textEndAt(bytes, alignedTo4(at, from), end);
      if (at < 0) return false;
    }
    this.dimensionsTo = at;
    return true;
  }
}

/** The value, its time, and the count of dimensions. */
const fixedBytes = 20;

const valueBytes = new Uint8Array(8);
const valueView = new DataView(valueBytes.buffer);
