"""Makes the workbooks beside it: python make.py, with XlsxWriter and openpyxl installed."""

import datetime
import pathlib
import zipfile

import openpyxl
import xlsxwriter

HERE = pathlib.Path(__file__).parent
FIXED = datetime.datetime(2026, 1, 1)


def book(name, **options):
    workbook = xlsxwriter.Workbook(HERE / name, options)
    workbook.set_properties({"created": FIXED})
    return workbook


def shop():
    """Titles, joined heads, real dates, clocks, shares, a rich text, totals, a hidden sheet."""
    workbook = book("shop.xlsx")
    sheet = workbook.add_worksheet("Stops")
    date = workbook.add_format({"num_format": "dd/mm/yyyy"})
    stamp = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    clock = workbook.add_format({"num_format": "hh:mm"})
    elapsed = workbook.add_format({"num_format": "[h]:mm"})
    share = workbook.add_format({"num_format": "0.0%"})
    bold = workbook.add_format({"bold": True})
    sheet.write(0, 0, "Stops of the press shop")
    sheet.merge_range(2, 1, 2, 3, "When", bold)
    sheet.merge_range(2, 4, 2, 5, "How much", bold)
    for column, head in enumerate(["Machine", "Day", "Started", "Start", "Lost", "Share", "Cost", "Planned"]):
        sheet.write(3, column, head)
    for row in range(6):
        day = datetime.date(2026, 4, 3 + row)
        sheet.write_rich_string(4 + row, 0, bold, "Press", f" {row % 3 + 1}") if row == 0 else sheet.write(4 + row, 0, f"Press {row % 3 + 1}")
        sheet.write_datetime(4 + row, 1, day, date)
        sheet.write_datetime(4 + row, 2, datetime.datetime(2026, 4, 3 + row, 6, 30), stamp)
        sheet.write_datetime(4 + row, 3, datetime.time(6, 30 + row), clock)
        sheet.write_number(4 + row, 4, 1.25 + row, elapsed)
        sheet.write_number(4 + row, 5, 0.125, share)
        sheet.write_number(4 + row, 6, 10.5 * (row + 1))
        sheet.write_boolean(4 + row, 7, row % 2 == 0)
    sheet.write(10, 0, "Total")
    sheet.write_formula(10, 6, "=SUM(G5:G10)", None, 220.5)
    hidden = workbook.add_worksheet("Lists")
    hidden.write(0, 0, "Reason")
    hidden.write(1, 0, "Jam")
    hidden.hide()
    workbook.add_worksheet("Nothing")
    workbook.close()


def mac():
    """Days that count from 1904."""
    workbook = book("mac1904.xlsx", date_1904=True)
    sheet = workbook.add_worksheet("Days")
    date = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["Job", "Day"])
    for row in range(3):
        sheet.write_number(1 + row, 0, 4711 + row)
        sheet.write_datetime(1 + row, 1, datetime.date(2026, 4, 3 + row), date)
    workbook.close()


def odd():
    """Written by another program: inline texts, faults, joined cells, a formula without result."""
    workbook = openpyxl.Workbook()
    workbook.properties.created = workbook.properties.modified = FIXED
    sheet = workbook.active
    sheet.title = "Odd"
    sheet.append(["Machine", "Parts", "Weight", "Ratio", "Day"])
    rows = [
        ["Press", 12, "1 234,5 kg", "=B2/2", 60],
        [None, "about 5", "2 000,25 kg", "#DIV/0!", 46115],
        [None, 7, "12,5 kg", 1, "03/04/2026"],
        ["Lathe", 9, "n/a", 2, 46116],
    ]
    for row in rows:
        sheet.append(row)
    sheet["D3"].data_type = "e"
    for cell in ("E2", "E3", "E5"):
        sheet[cell].number_format = "dd/mm/yyyy"
    sheet.merge_cells("A2:A4")
    sheet.row_dimensions[3].hidden = True
    workbook.save(HERE / "odd.xlsx")


def stored(name, parts):
    with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in parts.items():
            archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)


SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def parts(sheet, prolog=""):
    return {
        "xl/workbook.xml": f'<workbook xmlns="{SPACE}" xmlns:r="{RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{prolog}<worksheet xmlns="{SPACE}"><sheetData>{sheet}</sheetData></worksheet>',
    }


def hostile():
    """A part that unpacks to a thousand times its size, entities that multiply, another kind."""
    row = '<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    stored("bomb.xlsx", parts(row + " " * 5_000_000))
    entities = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    stored("doctype.xlsx", parts(row, entities))
    stored("other.ods", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"})
    stored("parts.xlsx", parts(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Job</t></is></c><c r="B1" t="inlineStr"><is><t>Qty</t></is></c></row>'
        '<row r="3"><c r="A3" t="str"><v>A_x000D_B</v></c><c r="B3"><v>1E-2</v></c></row>'
        '<row r="4"><c r="A4" t="d"><v>2026-04-03T06:30:00</v></c><c r="C4" t="b"><v>1</v></c></row>'))


shop()
mac()
odd()
hostile()
