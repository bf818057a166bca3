# bundled_recipes.sh: how each library of the bundled flavour is built. Sourced
# by bundled.sh, which runs one recipe at a time in the library's own source,
# with CFLAGS and the like set. No programs, tests, documents or languages: what
# is not in the archive is not built.
# shellcheck shell=bash

: "${deps:?is where the libraries are built}" "${prefix:?is where they go}"

# autotools [CONFIGURE ARGS…]: configured, not yet made. Debian's patches change
# what configure is made of, so some recipes make it anew before.
autotools() {
  ./configure --prefix="$prefix" --libdir="$prefix/lib" --disable-shared \
    --enable-static --disable-dependency-tracking "$@"
}

# cmake_archives FOLDER [CMAKE ARGS…]: configured in ./cupel-build.
cmake_archives() {
  local folder=$1
  shift
  cmake -S "$folder" -B cupel-build -G Ninja -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_PREFIX_PATH="$prefix" -DBUILD_SHARED_LIBS=OFF \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON "$@"
}

# What a wheel that carries the library has to carry too.
keep_licence() {
  local licences=$prefix/share/licenses/$1
  mkdir -p "$licences"
  cp debian/copyright "$licences/copyright"
  cp cupel-version "$licences/version"
}

recipe_zlib() {
  ./configure --static --prefix="$prefix"
  make -j"$JOBS" libz.a
  make install
}

recipe_bzip2() {
  make -j"$JOBS" libbz2.a CFLAGS="$CFLAGS -D_FILE_OFFSET_BITS=64"
  cp libbz2.a "$prefix/lib"
  cp bzlib.h "$prefix/include"
}

recipe_xz-utils() {
  autotools --disable-xz --disable-xzdec --disable-lzmadec --disable-lzmainfo \
    --disable-scripts --disable-doc --disable-nls
  make -j"$JOBS" -C src/liblzma
  make -C src/liblzma install
}

# Without its hooks for tracing, which any program could fill.
recipe_libzstd() {
  CFLAGS+=" -DZSTD_TRACE=0"
  make -j"$JOBS" -C lib libzstd.a
  make -C lib PREFIX="$prefix" install-static install-includes install-pc
}

recipe_lz4() {
  make -j"$JOBS" -C lib liblz4.a
  make -C lib PREFIX="$prefix" BUILD_SHARED=no install
}

recipe_tlsh() {
  cp libtlsh.a "$prefix/lib"
  cp tlsh.h "$prefix/include"
}

recipe_fmtlib() {
  cmake_archives . -DFMT_TEST=OFF -DFMT_DOC=OFF
  cmake --build cupel-build --parallel "$JOBS"
  cmake --install cupel-build
}

recipe_libseccomp() {
  autotools --disable-python
  make -j"$JOBS" -C src
  make -C src install
  make -C include install
  install -m 644 libseccomp.pc "$prefix/lib/pkgconfig"
}

recipe_libsodium() {
  autoreconf --force --install
  autotools --with-pic --disable-ssp
  make -j"$JOBS" -C src
  make -C src install
  install -m 644 libsodium.pc "$prefix/lib/pkgconfig"
}

# Debian leaves its tables out of the source: they are made of unicode-data.
recipe_re2() {
  make -j"$JOBS" static-install prefix="$prefix" REBUILD_TABLES=1 \
    CXXFLAGS="$CXXFLAGS -pthread -Wno-sign-compare"
}

# As Debian's own in what a query can see.
recipe_sqlite3() {
  CFLAGS+=" -DSQLITE_SECURE_DELETE -DSQLITE_ENABLE_COLUMN_METADATA"
  CFLAGS+=" -DSQLITE_ENABLE_UNLOCK_NOTIFY -DSQLITE_ENABLE_DBSTAT_VTAB"
  CFLAGS+=" -DSQLITE_ENABLE_MATH_FUNCTIONS -DSQLITE_MAX_VARIABLE_NUMBER=250000"
  CFLAGS+=" -DSQLITE_LIKE_DOESNT_MATCH_BLOBS -DSQLITE_ENABLE_FTS5"
  autotools --disable-tcl --disable-readline --enable-threadsafe
  make -j"$JOBS" libsqlite3.la
  cp .libs/libsqlite3.a "$prefix/lib"
  cp sqlite3.h sqlite3ext.h "$prefix/include"
  cp sqlite3.pc "$prefix/lib/pkgconfig"
}

# Without decompression: it is asked for the type of bytes, never of what is in
# them. It looks where, and as far into the bytes as, Debian's does.
recipe_file() {
  CFLAGS+=" -DHOWMANY=0x18000"
  autoreconf --force --install
  autotools --with-pic --disable-libseccomp --disable-zlib --disable-bzlib \
    --disable-xzlib --disable-zstdlib --disable-lzlib
  make -j"$JOBS" pkgdatadir=/usr/share/misc -C src
  make -j"$JOBS" pkgdatadir=/usr/share/misc -C magic
  make pkgdatadir=/usr/share/misc -C src install-libLTLIBRARIES
  # libyara has functions of the same names.
  ${OBJCOPY:-objcopy} --redefine-sym strlcpy=magic_strlcpy \
    --redefine-sym strlcat=magic_strlcat "$prefix/lib/libmagic.a"
  install -m 644 src/magic.h "$prefix/include"
  install -m 644 libmagic.pc "$prefix/lib/pkgconfig"
  install -D -m 644 -t "$prefix/share/misc" magic/magic.mgc
}

# The lite runtime only. Its compiler is the system's, which has to be of the
# same version.
recipe_protobuf() {
  local theirs ours
  theirs=$(protoc --version)
  ours=$(<cupel-version)
  [[ ${theirs##* } == "${ours%%[-+~]*}" ||
    "3.${theirs##* }" == "${ours%%[-+~]*}" ]] || {
    echo "protoc is $theirs, but the source is of $ours: update" \
      "protobuf-compiler" >&2
    return 1
  }
  cmake_archives . -Dprotobuf_BUILD_TESTS=OFF -Dprotobuf_WITH_ZLIB=OFF \
    -Dprotobuf_BUILD_PROTOC_BINARIES=OFF -Dprotobuf_BUILD_LIBPROTOC=OFF \
    -Dprotobuf_BUILD_SHARED_LIBS=OFF -Dprotobuf_INSTALL=OFF
  cmake --build cupel-build --parallel "$JOBS" --target libprotobuf-lite
  find cupel-build -name 'libprotobuf-lite.a' -exec cp {} "$prefix/lib" \;
  (cd src && find google/protobuf -name '*.h' -o -name '*.inc') |
    grep -v -E '/(compiler|testing)/' >headers
  cmake -E chdir src tar -cf - --files-from=../headers |
    tar -C "$prefix/include" -xf -
}

# Certificates are where Debian has them; no openssl.cnf of the host's, which is
# written for another library, and nothing that is loaded at run time.
recipe_openssl() {
  ./config --prefix="$prefix" --libdir=lib --openssldir=/etc/ssl \
    no-shared no-module no-engine no-dso no-tests no-autoload-config no-comp \
    no-ssl3 no-srp no-psk no-dtls no-sctp no-ec2m no-idea no-mdc2 no-seed \
    no-camellia no-aria no-sm2 no-sm3 no-sm4 no-cast no-bf no-rc5 no-ocb \
    no-whirlpool no-legacy no-ui-console no-uplink \
    "$CFLAGS" "$CPPFLAGS"
  make -j"$JOBS" build_generated libcrypto.a libssl.a libcrypto.pc libssl.pc
  install -m 644 libcrypto.a libssl.a "$prefix/lib"
  install -D -m 644 -t "$prefix/lib/pkgconfig" libcrypto.pc libssl.pc
  install -D -m 644 -t "$prefix/include/openssl" include/openssl/*.h
}

# Formats that need an XML parser or a library of their own (xar, rar's lzo) are
# none that Cupel opens. arc4random would need glibc 2.36; libarchive's own has
# the name that glibc's header declares.
recipe_libarchive() {
  sed -i 's/\barc4random_buf\b/la_random_buf/' libarchive/archive_random.c
  autoreconf --force --install
  autotools --with-pic --disable-bsdtar --disable-bsdcat --disable-bsdcpio \
    --disable-acl --disable-xattr --without-xml2 --without-expat \
    --without-nettle --without-mbedtls --without-lzo2 --without-libb2 \
    --with-openssl ac_cv_func_arc4random_buf=no
  make -j"$JOBS" libarchive.la
  make install-libLTLIBRARIES install-includeHEADERS
  install -m 644 build/pkgconfig/libarchive.pc "$prefix/lib/pkgconfig"
}

# HTTP and nothing else.
recipe_curl() {
  autoreconf --force --install
  autotools --with-pic --enable-http --enable-threaded-resolver --enable-ipv6 \
    --with-openssl --with-zlib="$prefix" --without-ca-bundle \
    --without-ca-path --with-ca-fallback --disable-manual --disable-docs \
    --disable-ftp --disable-file --disable-ldap --disable-ldaps \
    --disable-rtsp --disable-dict --disable-telnet --disable-tftp \
    --disable-pop3 --disable-imap --disable-smb --disable-smtp \
    --disable-gopher --disable-mqtt --disable-libcurl-option --disable-ares \
    --disable-alt-svc --disable-ntlm --disable-tls-srp --disable-debug \
    --without-brotli --without-zstd --without-libpsl --without-libidn2 \
    --without-nghttp2 --without-librtmp --without-libssh2 --without-gssapi \
    ac_cv_func_arc4random=no
  make -j"$JOBS" -C lib
  make -C lib install-libLTLIBRARIES
  # The last of Debian's patches names it so, and does nothing else.
  mv "$prefix"/lib/libcurl-nss.a "$prefix/lib/libcurl.a"
  make -C include install
  install -m 644 libcurl.pc "$prefix/lib/pkgconfig"
}

# Without the modules cuckoo and magic: both need a library that rules seldom
# ask for. Its parsers come generated.
recipe_yara() {
  autoreconf --force --install
  autotools --with-pic --with-crypto --enable-macho --enable-dex \
    --disable-cuckoo --disable-magic
  make -j"$JOBS" libyara.la
  make install-libLTLIBRARIES install-includeHEADERS install-yaraincludeHEADERS
  install -m 644 yara.pc "$prefix/lib/pkgconfig"
}

recipe_abseil() {
  cmake_archives . -DABSL_PROPAGATE_CXX_STD=ON -DCMAKE_CXX_STANDARD=17 \
    -DBUILD_TESTING=OFF -DABSL_ENABLE_INSTALL=ON
  cmake --build cupel-build --parallel "$JOBS"
  cmake --install cupel-build
}
