// PDF files that others made, compared with what qpdf says of them.
#include "builtin/extractor/pdf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "builtin/pdf/filters.h"
#include "builtin/pdf/lexer.h"
#include "builtin/tables.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Json Metadata(const PluginChild& child) {
  const absl::StatusOr<Json> json = ParseJson(child.metadata, "metadata");
  EXPECT_TRUE(json.ok()) << child.metadata;
  return json.value_or(Json::object());
}

std::vector<std::string> Scripts(const PluginRun& run) {
  std::vector<std::string> scripts;
  for (const PluginChild& child : run.answer.children) {
    if (child.name.starts_with("js-")) scripts.emplace_back(child.bytes.view);
  }
  return scripts;
}

// Two pages and an image, by ReportLab: base 85 over zlib.
std::string ByReportlab(const ToolDir& dir) {
  dir.Write("make.py", R"PY(
from reportlab.pdfgen import canvas
c = canvas.Canvas('made.pdf', pagesize=(400, 400), invariant=1)
for page in range(3):
    for line in range(30):
        c.drawString(10, 10 + 12 * line, 'page %d, line %d of the text' % (page, line))
    c.showPage()
c.save()
)PY");
  return dir.Make("/usr/bin/python3 make.py", "made.pdf");
}

void ExpectAsQpdf(const ToolDir& dir, const std::string& name) {
  SCOPED_TRACE(name);
  const PluginRun run = RunPlugin(kPdfExtractor, dir.Read(name));
  ASSERT_TRUE(run.status.ok()) << run.Message();
  EXPECT_THAT(run.answer.errors, IsEmpty());
  int compared = 0;
  for (const PluginChild& child : run.answer.children) {
    const Json metadata = Metadata(child);
    // qpdf does not show the streams that hold its own tables.
    if (metadata.at("kind") != "stream" ||
        metadata.value("type", "") == "XRef" ||
        metadata.value("type", "") == "ObjStm") {
      continue;
    }
    const std::string number = metadata.at("object").dump();
    EXPECT_EQ(std::string(child.bytes.view),
              dir.Make("qpdf --show-object=" + number +
                           " --filtered-stream-data " + name + " > shown",
                       "shown"))
        << number;
    ++compared;
  }
  EXPECT_GE(compared, 3);
  EXPECT_EQ(run.Result().at("encrypted"), false);
}

TEST(PdfTest, GivesTheStreamsThatQpdfShows) {
  const ToolDir dir;
  ByReportlab(dir);
  ExpectAsQpdf(dir, "made.pdf");
  dir.Run("qpdf --object-streams=generate made.pdf objects.pdf");
  ExpectAsQpdf(dir, "objects.pdf");
  dir.Run("qpdf --qdf --object-streams=disable made.pdf plain.pdf");
  ExpectAsQpdf(dir, "plain.pdf");
  dir.Run("qpdf --linearize made.pdf linear.pdf");
  ExpectAsQpdf(dir, "linear.pdf");
  EXPECT_EQ(RunPlugin(kPdfExtractor, dir.Read("objects.pdf"))
                .Result()
                .at("object_streams"),
            1);
}

TEST(PdfTest, ExpandsObjectStreamsAndTheirPredictors) {
  const ToolDir dir;
  ByReportlab(dir);
  const std::string pdf = dir.Make(
      "qpdf --object-streams=generate made.pdf objects.pdf", "objects.pdf");
  const PluginRun run = RunPlugin(kPdfExtractor, pdf);
  bool objects = false;
  bool table = false;
  for (const PluginChild& child : run.answer.children) {
    const std::string type = Metadata(child).value("type", "");
    if (type == "ObjStm") {
      objects = true;
      EXPECT_THAT(std::string(child.bytes.view), HasSubstr("/Helvetica"));
    } else if (type == "XRef") {
      // Rows of four or five bytes, of which the first is 0, 1 or 2.
      table = true;
      const std::string_view rows = child.bytes.view;
      const size_t count =
          std::stoul(dir.Make("qpdf --show-xref objects.pdf | wc -l > n", "n"));
      ASSERT_EQ(rows.size() % (count + 1), 0u);
      const size_t width = rows.size() / (count + 1);
      for (size_t i = 0; i < rows.size(); i += width) {
        EXPECT_LE(static_cast<uint8_t>(rows[i]), 2);
      }
    }
  }
  EXPECT_TRUE(objects);
  EXPECT_TRUE(table);
}

TEST(PdfTest, SaysThatAFileIsEncrypted) {
  const ToolDir dir;
  ByReportlab(dir);
  const std::string pdf = dir.Make(
      "qpdf --encrypt user owner 256 -- made.pdf locked.pdf", "locked.pdf");
  const PluginRun run = RunPlugin(kPdfExtractor, pdf);
  EXPECT_EQ(run.Result().at("encrypted"), true);
  ASSERT_EQ(run.answer.errors.size(), 1u);
  EXPECT_EQ(run.answer.errors[0].code, absl::StatusCode::kPermissionDenied);
  EXPECT_FALSE(run.answer.children.empty()) << "as they are";
}

// The pixels of an image, by libtiff: LZW with and without a predictor.
TEST(PdfTest, UndoesLzwAndPredictorsThatLibtiffMade) {
  const ToolDir dir;
  dir.Write("tiff.py", R"PY(
import random
from PIL import Image
random.seed(4)
im = Image.new('RGB', (120, 90))
im.putdata([(x * 2 % 256, y, random.randrange(4)) for y in range(90) for x in range(120)])
open('pixels', 'wb').write(im.tobytes())
out = open('lzw.pdf', 'wb')
out.write(b'%PDF-1.4\n')
for number, predictor in ((1, 1), (2, 2)):
    im.save('t.tif', compression='tiff_lzw', tiffinfo={317: predictor, 278: 90})
    tif = Image.open('t.tif')
    at, size = tif.tag_v2[273], tif.tag_v2[279]
    assert len(at) == 1 and tif.tag_v2.get(317, 1) == predictor
    data = open('t.tif', 'rb').read()[at[0]:at[0] + size[0]]
    out.write(b'%d 0 obj << /Filter /LZWDecode /Length %d /DecodeParms <<'
              b'/Predictor %d /Colors 3 /Columns 120>> >> stream\n' % (number, len(data), predictor))
    out.write(data + b'\nendstream endobj\n')
)PY");
  const std::string pdf = dir.Make("/usr/bin/python3 tiff.py", "lzw.pdf");
  const std::string pixels = dir.Read("pixels");
  const PluginRun run = RunPlugin(kPdfExtractor, pdf);
  EXPECT_THAT(run.answer.errors, IsEmpty());
  EXPECT_THAT(run.Children(), ElementsAre(pixels, pixels));
}

// The rows of a PNG file, by Pillow, with a filter of each kind.
TEST(PdfTest, UndoesThePredictorsOfPng) {
  const ToolDir dir;
  dir.Write("png.py", R"PY(
import struct
from PIL import Image
im = Image.effect_mandelbrot((200, 150), (-3, -2.5, 2, 2.5), 100).convert('RGB')
open('pixels', 'wb').write(im.tobytes())
im.save('i.png')
png, at, data = open('i.png', 'rb').read(), 8, b''
while at < len(png):
    size, kind = struct.unpack('>I4s', png[at:at + 8])
    data += png[at + 8:at + 8 + size] if kind == b'IDAT' else b''
    at += size + 12
open('png.pdf', 'wb').write(
    b'%PDF-1.4\n5 0 obj << /Filter [/Fl#61teDecode] /DecodeParms [<</Predictor 15 /Colors 3'
    b' /Columns 200>>] /Length 6 0 R >> stream\r\n' + data + b'\r\nendstream\nendobj\n'
    b'6 0 obj %d endobj' % len(data))
)PY");
  const std::string pdf = dir.Make("/usr/bin/python3 png.py", "png.pdf");
  EXPECT_EQ(RunPlugin(kPdfExtractor, pdf).Only(), dir.Read("pixels"));
}

TEST(PdfTest, ReadsTheTestFileOfClamav) {
  std::ifstream in("/usr/share/clamav-testfiles/clam.pdf", std::ios::binary);
  const std::string pdf{std::istreambuf_iterator<char>(in), {}};
  ASSERT_FALSE(pdf.empty());
  const PluginRun run = RunPlugin(kPdfExtractor, pdf);
  bool program = false;
  for (const std::string& child : run.Children()) {
    program = program || child.starts_with("MZ");
  }
  EXPECT_TRUE(program) << "the attachment";
}

TEST(PdfTest, FindsScriptsWhereverTheyStand) {
  const std::string pdf =
      "%PDF-1.4\n1 0 obj << /S /JavaScript /J#53 (app.alert\\(\\101\\)) >> "
      "endobj\n"
      "2 0 obj << /OpenAction << /JS <FEFF006100620063> >> >> endobj\n"
      "3 0 obj << /JS 4 0 R >> endobj\n4 0 obj (by (nested) reference) endobj\n"
      "5 0 obj << /Type /ObjStm /N 2 /First 9 /Length 60 >> stream\n"
      "7 0 8 20 << /JS (inside) >>   << /JS 7 0 R >>               \n"
      "endstream endobj";
  const PluginRun run = RunPlugin(kPdfExtractor, pdf);
  EXPECT_THAT(Scripts(run), ElementsAre("app.alert(A)", "abc", "inside",
                                        "by (nested) reference"));
  EXPECT_EQ(run.Result().at("scripts"), 4);
}

TEST(PdfTest, FindsWhatIsHiddenFromReaders) {
  const std::string pdf =
      "%PDF-1.4\n"
      "1 0 obj << /Length 3 >> stream\nabcdefgh\nendstream endobj\n"
      "1 0 obj << /Filter [/AHx /A85] /Length 99 >> stream\n"
      "3837635552445d692c2245626f377e3e>endstream endobj\n"
      "2 0 obj << /Filter /RL >> stream\n\x02xyz\xfe-\x80 endstream\n"
      "3 0 obj << /Filter /DCTDecode >> stream\njpeg\nendstream\n"
      "9 0 obj << /Unclosed (\n"
      "4 0 obj << >> stream\nno end";
  const PluginRun run = RunPlugin(kPdfExtractor, pdf);
  ASSERT_TRUE(run.status.ok()) << run.Message();
  EXPECT_THAT(run.Children(), ElementsAre("abcdefgh", "Hello World", "xyz---",
                                          "jpeg", "no end"));
  EXPECT_EQ(Metadata(run.answer.children[0]).at("declared_length"), 3);
  EXPECT_EQ(Metadata(run.answer.children[1]).at("copy"), 1);
  EXPECT_EQ(Metadata(run.answer.children[3]).at("undone"), 0);
  EXPECT_TRUE(run.answer.children[3].offset.has_value()) << "a slice";
  EXPECT_EQ(run.Result().at("duplicates"), 1);
  ASSERT_EQ(run.answer.errors.size(), 1u);
  EXPECT_THAT(run.answer.errors[0].message,
              HasSubstr("object 4 0 at byte 297: its stream has no end"));
}

TEST(PdfTest, EachLimitFires) {
  const ToolDir dir;
  const std::string pdf = ByReportlab(dir);
  const PluginRun cut = RunPlugin(kPdfExtractor, pdf, R"({"max_bytes": 100})");
  EXPECT_EQ(cut.answer.children.at(0).bytes.view.size(), 100u);
  EXPECT_THAT(cut.answer.errors.at(0).message,
              HasSubstr("cut off after 100 bytes"));
  const PluginRun work = RunPlugin(kPdfExtractor, pdf, R"({"max_work": 2000})");
  EXPECT_TRUE(absl::IsResourceExhausted(work.status));
  EXPECT_THAT(work.Message(), HasSubstr("more than 2000 bytes in all"));
}

TEST(PdfTest, RefusesWhatIsNone) {
  EXPECT_THAT(RunPlugin(kPdfExtractor, "hello").Message(),
              HasSubstr("no object of a PDF file"));
}

TEST(PdfTest, SurvivesEveryCutAndTurnedBits) {
  const ToolDir dir;
  ByReportlab(dir);
  const std::string pdf = dir.Make(
      "qpdf --object-streams=generate made.pdf objects.pdf", "objects.pdf");
  const PdfExtraction options{.most = [] { return uint64_t{1} << 20; }};
  const TakePdfPart take = [](const PdfPart&) { return absl::OkStatus(); };
  for (size_t size = 0; size < pdf.size(); ++size) {
    (void)ExtractPdf(std::string_view(pdf).substr(0, size), options, take);
  }
  std::string damaged = pdf;
  for (size_t bit = 0; bit < pdf.size() * 8; bit += 5) {
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    (void)ExtractPdf(damaged, options, take);
    damaged[bit / 8] = pdf[bit / 8];
  }
}

// Megabytes of beginnings without an end must not take minutes.
TEST(PdfTest, IsLinear) {
  for (const char* begin :
       {"1 0 obj ", "1 0 obj <<", "1 0 obj << /A (", "1 0 obj<<>>stream\n",
        "1 0 obj << /Length 9 0 R >> stream\n", "/JS (", "<<<<<<[["}) {
    std::string trap = "1 0 obj << >> endobj ";
    while (trap.size() < (2u << 20)) trap += begin;
    (void)RunPlugin(kPdfExtractor, trap);
  }
}

}  // namespace
}  // namespace cupel
