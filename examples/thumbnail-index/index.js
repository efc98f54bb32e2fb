'use strict';

/** Lists the thumbnails to be made of each picture that was put into the bucket. */
exports.main_handler = async (event) => {
  const sizes = process.env.SIZES.split(',').map(Number);
  const pictures = event.Records.map(({ cos }) => ({
    bucket: cos.cosBucket.name,
    key: cos.cosObject.key.split('/').slice(3).join('/'),
    bytes: cos.cosObject.size,
  }));
  for (const picture of pictures) {
    console.log(`indexing ${picture.bucket}/${picture.key}, ${picture.bytes} bytes`);
  }
  return {
    thumbnails: pictures.flatMap((picture) =>
      sizes.map((size) => picture.key.replace(/^in\//, `thumbs/${size}/`))),
  };
};
