/**
 * Pictures that people bring. An address can't hold one, so it holds a key made from the picture's bytes, and the
 * picture stays in this browser (IndexedDB): a reload finds it again; another browser is told that it is missing.
 *
 * `blob` is what is sent, `url` its object URL; width and height are those of the upright picture, 0 where the browser can't show it.
 * @typedef {{key: string, name: string, blob: Blob, url: string, width: number, height: number}} OwnPicture
 */

/** Larger pictures are sent smaller, so that a crop dragged over a 40-megapixel photo stays fluid. */
const longestSide = 2048;
const largestBytes = 3_000_000;

/** The address of an older picture says that the picture is missing. */
const kept = 24;

/** @type {Map<string, OwnPicture>} */
const open = new Map();

/**
 * Takes a picture in: makes it smaller where needed, and keeps it for a reload.
 * @returns {Promise<OwnPicture>}
 */
export async function keep(file) {
  const key = await contentKey(file);
  const known = await find(key);
  if (known) return known;
  const picture = { key, name: file.name ?? "pasted picture", ...(await prepare(file)) };
  picture.url = URL.createObjectURL(picture.blob);
  open.set(key, picture);
  await store(picture);
  return picture;
}

/** @returns {Promise<OwnPicture|null>} null: not in this browser */
export async function find(key) {
  if (open.has(key)) return open.get(key);
  const record = await load(key);
  if (!record) return null;
  const picture = { ...record, url: URL.createObjectURL(record.blob) };
  open.set(key, picture);
  return picture;
}

async function prepare(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    // Formats that only the server reads (TIFF, HEIC …) are sent as they are, and shown as a plain chip.
    return { blob: file, width: 0, height: 0 };
  }
  const { width, height } = bitmap;
  const scale = Math.min(1, longestSide / Math.max(width, height));
  if (scale === 1 && file.size <= largestBytes) {
    bitmap.close();
    return { blob: file, width, height };
  }
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  return { blob: blob ?? file, width: canvas.width, height: canvas.height };
}

/**
 * 53-bit hash (cyrb53) of the bytes, and their number. `crypto.subtle` would be stronger, but browsers offer it only on
 * secure addresses, and a phone that opens this page over the home network isn't on one.
 */
async function contentKey(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let h1 = 0xdeadbeef;
  let h2 = 0x41c6ce57;
  for (let i = 0; i < bytes.length; i++) {
    h1 = Math.imul(h1 ^ bytes[i], 2654435761);
    h2 = Math.imul(h2 ^ bytes[i], 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  const hash = 4294967296 * (2097151 & h2) + (h1 >>> 0);
  return `${hash.toString(36)}-${bytes.length.toString(36)}`;
}

// --- IndexedDB. Private windows may refuse it: the picture then lasts until the page is closed.

let database;

function openDatabase() {
  if (!database) {
    const request = globalThis.indexedDB?.open("visualsearch", 1);
    if (!request) return null;
    request.onupgradeneeded = () => request.result.createObjectStore("pictures", { keyPath: "key" }).createIndex("keptAt", "keptAt");
    database = settled(request);
  }
  return database;
}

async function load(key) {
  const db = await openDatabase();
  return db && settled(db.transaction("pictures").objectStore("pictures").get(key));
}

/** What a request gives, null where it fails. */
const settled = (request) =>
  new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result ?? null);
    request.onerror = () => resolve(null);
  });

async function store({ url, ...record }) {
  const db = await openDatabase();
  if (!db) return;
  await new Promise((resolve) => {
    const transaction = db.transaction("pictures", "readwrite");
    transaction.oncomplete = transaction.onerror = transaction.onabort = () => resolve();
    const pictures = transaction.objectStore("pictures");
    pictures.put({ ...record, keptAt: Date.now() });
    const counting = pictures.count();
    counting.onsuccess = () => {
      let surplus = counting.result - kept;
      if (surplus <= 0) return;
      pictures.index("keptAt").openCursor().onsuccess = ({ target }) => {
        const cursor = target.result;
        if (!cursor || surplus-- <= 0) return;
        cursor.delete();
        cursor.continue();
      };
    };
  });
}
