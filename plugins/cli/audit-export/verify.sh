#!/bin/sh
# Verifies this evidence bundle with openssl and the tools of any Unix, and with nothing of the software that made it.
# This file is the same in every bundle. Each step, what it means, and how to do it by hand: INSTRUCTIONS.md, in Italian
# ISTRUZIONI.md.
#
#   sh verify.sh [--chain-ca FILE] [--caller-ca FILE] [--tsa-ca FILE] [--files] [--only TEXT]
#
#   --chain-ca   PEM: the certificate, or its authority, of who signs the chain, as you got it from elsewhere
#   --caller-ca  PEM: the authorities of who signed requests and answers, as you got them from elsewhere
#   --tsa-ca     PEM: the time stamping authority, as you got it from elsewhere
#   --files      only compare the files with the manifest
#   --only       only do those checks of checks.txt that have this text in them, such as exchange-1/
#
# Without these authorities it is checked that everything fits together, and nobody vouches for the keys themselves.
# Exits 0 when everything holds, 1 when something does not, 2 when it cannot tell.

set -u
LC_ALL=C
export LC_ALL
chain_ca='' caller_ca='' tsa_ca='' only_files='' only=''
here=$(pwd)
while [ $# -gt 0 ]; do
  case $1 in
    --files) only_files=1 ;;
    --only)
      only=${2-}
      shift ;;
    --chain-ca | --caller-ca | --tsa-ca)
      [ $# -gt 1 ] || { echo "$1 needs a file" >&2; exit 2; }
      case $2 in /*) file=$2 ;; *) file=$here/$2 ;; esac
      [ -r "$file" ] || { echo "cannot read $2" >&2; exit 2; }
      case $1 in --chain-ca) chain_ca=$file ;; --caller-ca) caller_ca=$file ;; --tsa-ca) tsa_ca=$file ;; esac
      shift ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift
done
cd "$(dirname "$0")" || exit 2
openssl version > /dev/null || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

failed=0 passed=0
ok() { passed=$((passed + 1)); printf 'ok    %s\n' "$1"; }
bad() { failed=$((failed + 1)); printf 'FAIL  %s\n' "$1"; }
# judge STATUS TEXT
judge() { if [ "$1" -eq 0 ]; then ok "$2"; else bad "$2"; fi; }

# ---- what the checks are made of

# sha256 FILE: its SHA-256. Without a file that of stdin.
sha256() { openssl dgst -sha256 -r ${1:+"$1"} | cut -c1-64; }

# decode: base64url on stdin (RFC 4648 5, as in a JWS) to bytes.
decode() {
  tr '_-' '/+' | tr -d '\n' > "$work/base64"
  case $(($(wc -c < "$work/base64") % 4)) in 2) printf '==' ;; 3) printf '=' ;; esac >> "$work/base64"
  { fold -b -w 64 "$work/base64"; echo; } | openssl base64 -d
}

# encode: bytes on stdin to base64 on one line; encode_url: to base64url.
encode() { openssl base64 -A; }
encode_url() { openssl base64 -A | tr '/+' '_-' | tr -d '='; }

# hex: bytes on stdin to hexadecimal digits.
hex() { od -An -v -tx1 | tr -d ' \n'; }

# holds FILE TEXT: the text, which is not empty, stands in the file letter by letter.
holds() {
  [ -n "$2" ] || return 1
  printf '%s\n' "$2" > "$work/text"
  grep -q -F -f "$work/text" "$1"
}

# member FILE NAME: the value of a member of the JSON on the one line of the file, when it is plain text.
member() { sed -n 's/.*"'"$2"'":"\([^"\\]*\)".*/\1/p' "$1"; }

# header FOLDER, payload FOLDER: what the token there says; "\/" in JSON is "/".
header() { sed 's#\\/#/#g' "$1/header.json"; }
payload() { sed 's#\\/#/#g' "$1/payload.json"; }

# parts FOLDER: the first two parts of the token, made from header.json and payload.json again.
parts() { printf '%s.%s' "$(encode_url < "$1/header.json")" "$(encode_url < "$1/payload.json")"; }

# in_clear FOLDER: the file with the line of evidence in clear.
in_clear() { if [ -f "$1/clear.json" ]; then echo "$1/clear.json"; else echo "$1/line.json"; fi; }

# signed FOLDER KEY ALGORITHM: the signature in the folder is over the signing input in the folder, under the key.
signed() {
  case $3 in *256) digest=-sha256 ;; *384) digest=-sha384 ;; *512) digest=-sha512 ;; *) return 1 ;; esac
  openssl dgst "$digest" -verify "$2" -signature "$1/signature.bin" "$1/signing-input.txt" > /dev/null 2>&1
}

# algorithm FOLDER: the alg of the token, which must fit the kind of the key: RS for RSA, ES for the rest.
algorithm() { header "$1" | sed -n 's/.*"alg" *: *"\([RE]S[0-9]*\)".*/\1/p'; }
fits() {
  case $(openssl pkey -pubin -in "$1" -noout -text 2> /dev/null) in
    *Modulus*) case $2 in RS*) return 0 ;; esac ;;
    *) case $2 in ES*) return 0 ;; esac ;;
  esac
  return 1
}

# signature FOLDER KEY
signature() { name=$(algorithm "$1") && fits "$2" "$name" && signed "$1" "$2" "$name"; }

# key_of FOLDER: public-key.pem is the key of certificate-1.pem.
key_of() { openssl x509 -in "$1/certificate-1.pem" -noout -pubkey 2> /dev/null | cmp -s - "$1/public-key.pem"; }

# path FOLDER TIME AUTHORITY: certificate-1.pem leads to the authority, without one to the last certificate of the
# folder, and is valid at the time (seconds since 1970).
path() {
  for top in "$1"/certificate-*.pem; do :; done
  cat "$1"/certificate-*.pem > "$work/path.pem"
  openssl verify -attime "$2" -partial_chain -trusted "${3:-$top}" -untrusted "$work/path.pem" \
    "$1/certificate-1.pem" > /dev/null 2>&1
}

# ---- the checks, by the names that they have in checks.txt

# files: every file is the one that was put in, and there is no other. manifest.sha256 stands for the whole bundle.
files() {
  [ "$(cat manifest.sha256)" = "$(sha256 manifest.json)  manifest.json" ]
  judge $? 'manifest.json is the one that manifest.sha256 names'
  sed -n 's/^    {"path":"\([^"]*\)","bytes":[0-9]*,"sha256":"\([0-9a-f]*\)"},\{0,1\}$/\2 *\1/p' manifest.json |
    sort -k 2 > "$work/listed"
  find . -type f | sed 's#^\./##' | grep -v -x -e manifest.json -e manifest.sha256 | sort > "$work/names"
  xargs openssl dgst -sha256 -r < "$work/names" 2> /dev/null | sort -k 2 > "$work/there"
  [ -s "$work/there" ] && cmp -s "$work/listed" "$work/there"
  judge $? "all $(wc -l < "$work/listed" | tr -d ' ') files are those of manifest.json, and there is no other"
  if [ "$failed" -gt 0 ]; then diff "$work/listed" "$work/there" | sed -n 's/^[<>] [0-9a-f]* \*/      see /p' | sort -u; fi
}

# stretch FILE FIRST LAST: the lines are numbered, each hashes to what it says, and names the hash of the one before.
stretch() {
  rm -rf "$work/lines"
  mkdir "$work/lines"
  awk -v dir="$work/lines" 'BEGIN { ORS = "" } {
    name = sprintf("%s/%09d", dir, NR); print substr($0, 1, length($0) - 75) > name; close(name) }' "$1"
  (cd "$work/lines" && ls | xargs openssl dgst -sha256 -r | cut -c1-64) > "$work/computed"
  sed 's/^.*,"hash":"\([0-9a-f]*\)"}$/\1/' "$1" > "$work/stated"
  sed 's/^{"seq":[0-9]*,"prev":"\([0-9a-f]*\)",.*$/\1/' "$1" > "$work/linked"
  sed 's/^{"seq":\([0-9]*\),.*$/\1/' "$1" > "$work/numbered"
  awk -v at="$2" -v to="$3" 'BEGIN { for (; at <= to; at++) printf "%.0f\n", at }' > "$work/numbers"
  cmp -s "$work/computed" "$work/stated" && cmp -s "$work/numbered" "$work/numbers" &&
    sed '$d' "$work/stated" > "$work/before" && sed 1d "$work/linked" | cmp -s - "$work/before"
  judge $? "$1: records $2 to $3 hash to what they say, each linked to the one before"
}

# record FILE STRETCH NUMBER: the file is that line of the stretch.
record() {
  sed -n "$3p" "$2" | tr -d '\n' | cmp -s - "$1"
  judge $? "$1 is a record of the chain, of $(sed 's/^{"seq":[0-9]*,"prev":"[0-9a-f]*","at":"\([^"]*\)".*/\1/' "$1")"
}

# checkpoint FOLDER STRETCH NUMBER TIME: line.json is that line of the stretch, and the key has signed all up to it.
checkpoint() {
  record "$1/line.json" "$2" "$3"
  line=$(sed 's/,"jws":"[^"]*","hash":"[0-9a-f]*"}$//' "$1/line.json" | tr -d '\n' | sha256)
  number=$(sed 's/^{"seq":\([0-9]*\),.*/\1/' "$1/line.json")
  says=$(payload "$1")
  [ "$(parts "$1")" = "$(cat "$1/signing-input.txt")" ] && holds "$1/line.json" "\"jws\":\"$(parts "$1")." &&
    case $(header "$1") in *'"typ":"modi-checkpoint+jws"'*) ;; *) false ;; esac &&
    case $says in '{"schema":"modi.audit-checkpoint/1",'*"\"seq\":$number,\"digest\":\"$line\"}") ;; *) false ;; esac
  judge $? "$1: what is signed is the digest of the line, and so of all lines before it"
  signature "$1" "$1/public-key.pem"
  judge $? "$1: the signature holds under public-key.pem"
  if [ -f "$1/certificate-1.pem" ]; then
    thumbprint=$(openssl x509 -in "$1/certificate-1.pem" -outform DER | openssl dgst -sha256 -binary | encode_url)
    [ "$(header "$1" | sed -n 's/.*"x5t#S256":"\([^"]*\)".*/\1/p')" = "$thumbprint" ] && key_of "$1" &&
      openssl x509 -in "$1/certificate-1.pem" | cmp -s - "$1/certificate-1.pem"
    judge $? "$1: certificate-1.pem is the certificate that the checkpoint names, and has this key"
    path "$1" "$4" "$chain_ca"
    judge $? "$1: $(openssl x509 -in "$1/certificate-1.pem" -noout -subject), valid then"
  else
    openssl pkey -pubin -in "$1/public-key.pem" | cmp -s - "$1/public-key.pem"
    judge $? "$1: a bare key, without certificate"
    if [ -n "$chain_ca" ]; then
      { openssl x509 -in "$chain_ca" -noout -pubkey 2> /dev/null || openssl pkey -pubin -in "$chain_ca"; } |
        cmp -s - "$1/public-key.pem"
      judge $? "$1: it is the key in the file of --chain-ca"
    fi
  fi
  [ -n "$chain_ca" ] || unknown="$unknown chain"
}

# timestamp FOLDER TIME: an authority has stamped the checkpoint (RFC 3161).
timestamp() {
  stamped=$(member "$1/line.json" hash)
  authority=$tsa_ca
  if [ -z "$authority" ]; then
    authority=$work/tsa.pem
    openssl pkcs7 -inform DER -in "$1/timestamp.tst" -print_certs -out "$authority" 2> /dev/null
    unknown="$unknown tsa"
  fi
  openssl ts -verify -digest "$stamped" -in "$1/timestamp.tst" -token_in -CAfile "$authority" -partial_chain \
    -attime "$2" > /dev/null 2>&1
  judge $? "$1: time stamp of $(openssl ts -reply -token_in -in "$1/timestamp.tst" -text 2> /dev/null | sed -n 's/^Time stamp: //p')"
}

# evidence FOLDER RECORD PART: line.json is the line of evidence that the record names by its hash.
evidence() {
  holds "$2" "\"part\":\"$3\",\"sha256\":\"$(sha256 "$1/line.json")\""
  judge $? "$1/line.json is the evidence that $2 names"
}

# opened FOLDER: clear.json is what line.json holds encrypted. The key opens this line alone; AES in GCM mode encrypts
# as in CTR mode with a counter that begins at 2, and that nothing was changed says the hash in the record.
opened() {
  key=$(cat "$1/content-key.txt")
  vector=$(member "$1/line.json" jwe | cut -d. -f3 | decode | hex)
  envelope=$(sed 's/,"jwe":".*//' "$1/line.json")
  case $key in *[!0-9a-f]*) false ;; esac &&
    member "$1/line.json" jwe | cut -d. -f4 | decode |
    openssl enc -d -aes-256-ctr -K "$key" -iv "${vector}00000002" 2> /dev/null | cmp -s - "$1/clear.json" &&
    [ "$(cut -c "1-${#envelope}" "$1/clear.json")" = "$envelope" ]
  judge $? "$1/clear.json is what line.json holds encrypted"
}

# material FOLDER: material.json hashes to the id by which evidence refers to it, the name of its folder.
material() {
  [ "$(sha256 "$1/material.json")" = "$(basename "$1")" ]
  judge $? "$1: material.json is what its id says"
}

# member_file FOLDER FILE: the bytes of the file stand in material.json, in base64.
member_file() {
  holds "$1/material.json" "\"$(encode < "$1/$2")\""
  judge $? "$1/$2 stands in material.json"
}

# certificates FOLDER SOURCE TIME: the certificates stand in the source (a file, or "header": that of the token in the
# folder), public-key.pem is the key of the first, and it leads to the last, or to the authorities that were given.
certificates() {
  if [ "$2" = header ]; then header "$1" > "$work/source"; else cat "$2" > "$work/source"; fi
  same=0
  for file in "$1"/certificate-*.pem; do
    holds "$work/source" "\"$(openssl x509 -in "$file" -outform DER 2> /dev/null | encode)\"" &&
      openssl x509 -in "$file" | cmp -s - "$file" || same=1
  done
  [ "$same" -eq 0 ] && key_of "$1"
  judge $? "$1: the certificates and the key are those of the evidence"
  path "$1" "$3" "$caller_ca"
  judge $? "$1: $(openssl x509 -in "$1/certificate-1.pem" -noout -subject), valid then, leads to $(
    [ -n "$caller_ca" ] && echo 'the authorities given' || openssl x509 -in "$top" -noout -subject)"
  [ -n "$caller_ca" ] || unknown="$unknown caller"
}

# jwk FOLDER: public-key.pem is the JWK of material.json (RFC 7518 6).
jwk() {
  der=$(openssl pkey -pubin -in "$1/public-key.pem" -outform DER 2> /dev/null | hex)
  for name in x y n e; do member "$1/material.json" "$name" | decode | hex > "$work/$name"; done
  exponent=$(cat "$work/e")
  case $der in
    *"04$(cat "$work/x")$(cat "$work/y")") [ -s "$work/y" ] ;;
    *"$(cat "$work/n")02$(printf '%02x' $((${#exponent} / 2)))$exponent") [ -s "$work/n" ] ;;
    *) false ;;
  esac && openssl pkey -pubin -in "$1/public-key.pem" | cmp -s - "$1/public-key.pem"
  judge $? "$1: public-key.pem is the key of material.json, kid $(member "$1/material.json" kid)"
}

# token FOLDER EVIDENCE KIND: token.txt is the token of that kind in the evidence, as far as it was kept, and header.json
# and payload.json are what it says.
token() {
  text=$(cat "$1/token.txt")
  if [ "$3" = ANSWER ]; then place="\"signature\":\"$text"; else place="\"$3\":{\"token\":\"$text"; fi
  holds "$(in_clear "$2")" "$place\"" && case $text in "$(parts "$1")" | "$(parts "$1")."*) ;; *) false ;; esac
  judge $? "$1/token.txt stands in the evidence; payload.json is what it says"
}

# signature_of FOLDER KEYS EVIDENCE: the token is signed with the key in the folder KEYS, which the evidence names for it.
signature_of() {
  if [ "$1" != "$2" ]; then
    named="\"$(basename "$1")\":{\"token\":\"$(cat "$1/token.txt")\",\"sha256\":\"$(sha256 "$1/token.txt")\""
    holds "$(in_clear "$3")" "$named,\"material\":\"$(basename "$2")\""
  fi &&
    [ "$(parts "$1")" = "$(cat "$1/signing-input.txt")" ] && signature "$1" "$2/public-key.pem"
  judge $? "$1: the signature holds under the key in $2"
}

# body EVIDENCE TOKEN ALGORITHM: body.bin is the body in the evidence, and its digest is in the signed token.
body() {
  holds "$(in_clear "$1")" "\"sha256\":\"$(sha256 "$1/body.bin")\",\"content\":\""
  judge $? "$1/body.bin is the body in the evidence"
  [ "$2" = - ] && return
  name=$(printf %s "$3" | tr -d - | tr '[:upper:]' '[:lower:]')
  openssl dgst "-$name" -binary "$1/body.bin" > "$work/digest"
  payload "$2" > "$work/payload"
  holds "$work/payload" "$3=$(encode < "$work/digest")" || holds "$work/payload" "$3=$(hex < "$work/digest")"
  judge $? "$1/body.bin has the digest that is signed in $2"
}

# answers ANSWER REQUEST: the signed answer names the digest of the signed request.
answers() {
  payload "$1" > "$work/answer"
  payload "$2" > "$work/request"
  named=$(member "$work/answer" request_digest)
  holds "$work/request" "\"$named\""
  judge $? "$1: the signed answer names the digest of the request"
}

# ---- all of it

unknown=''
[ -n "$only" ] || files
if [ -z "$only_files" ]; then
  while read -r check one two three four <&3; do
    case "$check $one $two $three $four" in *"$only"*) ;; *) continue ;; esac
    case $check in
      '#') printf '\n%s\n' "$one $two $three $four" ;;
      note) printf 'note  %s\n' "$one $two $three $four" ;;
      stretch | record | evidence | token | signature_of | certificates | body) "$check" "$one" "$two" "$three" ;;
      checkpoint) checkpoint "$one" "$two" "$three" "$four" ;;
      timestamp | member_file | answers) "$check" "$one" "$two" ;;
      opened | material | jwk) "$check" "$one" ;;
      *) bad "checks.txt asks for something unknown" ;;
    esac
  done 3< checks.txt
fi
case $unknown in *chain*) echo 'note  nobody vouches for the key of the chain: compare it with what the organisation has published, or give --chain-ca' ;; esac
case $unknown in *caller*) echo 'note  nobody vouches for the authorities of requests and answers: compare them, or give --caller-ca' ;; esac
case $unknown in *tsa*) echo 'note  nobody vouches for the time stamping authority: compare it, or give --tsa-ca' ;; esac
echo
if [ "$failed" -gt 0 ]; then
  echo "NOT VERIFIED: $failed of $((failed + passed)) checks failed"
  exit 1
fi
[ -z "$only_files$only" ] || echo 'ONLY A PART was looked at'
echo "VERIFIED: $passed checks; bundle $(cut -c1-64 manifest.sha256)"
