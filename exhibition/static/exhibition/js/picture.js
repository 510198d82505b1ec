// @ts-check
/** Pictures are made smaller in the browser before they travel. */

const LONGEST_SIDE = 1280;
const QUALITY = 0.92;

/** The file is no picture that this browser can read. */
export class NotAPicture extends Error {}

/**
 * An upright JPEG of at most 1280 pixels a side, without the file's metadata.
 *
 * @param {Blob} file
 * @returns {Promise<Blob>}
 */
export async function reduce(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (error) {
    throw new NotAPicture(file.type, { cause: error });
  }
  try {
    return await toJpeg(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

/**
 * What the camera shows now.
 *
 * @param {HTMLVideoElement} video
 * @returns {Promise<Blob>}
 */
export function grab(video) {
  return toJpeg(video, video.videoWidth, video.videoHeight);
}

/**
 * @param {CanvasImageSource} source
 * @param {number} width
 * @param {number} height
 * @returns {Promise<Blob>}
 */
async function toJpeg(source, width, height) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  if (!context) {
    throw new NotAPicture("no canvas");
  }
  // What is transparent would turn black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  /** @type {Blob | null} */
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  canvas.width = canvas.height = 0;
  if (!blob) {
    throw new NotAPicture("not encoded");
  }
  return blob;
}

/** One picture, held by this page alone and shown in its `img`. */
export class HeldPicture {
  /** @param {HTMLImageElement} image */
  constructor(image) {
    this.image = image;
    /** As it is sent. @type {Blob | null} */
    this.blob = null;
    image.addEventListener("load", () => {
      image.parentElement?.style.setProperty("--aspect", String(image.naturalWidth / image.naturalHeight));
    });
  }

  /** @param {Blob} blob */
  hold(blob) {
    this.forget();
    this.blob = blob;
    this.image.src = URL.createObjectURL(blob);
  }

  forget() {
    if (this.image.src) {
      URL.revokeObjectURL(this.image.src);
    }
    this.image.removeAttribute("src");
    this.image.alt = "";
    this.blob = null;
  }
}
