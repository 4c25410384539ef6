package dev.mlops.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Markup as a strict parser of XML reads it. */
final class Svg {
  private final Element root;

  /** Where a text is, by the estimate that the drawing was made with. */
  private record Box(String text, double left, double right, double top, double bottom) {
    boolean overlaps(Box other) {
      return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
  }

  private Svg(Element root) {
    this.root = root;
  }

  static Svg read(String markup) {
    try {
      DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      parser.setErrorHandler(new Strict());
      return new Svg(parser.parse(new InputSource(new StringReader(markup))).getDocumentElement());
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new AssertionError("not well-formed: " + e.getMessage() + "\n" + markup, e);
    }
  }

  static Svg read(Chart chart, Frame frame) {
    return read(Drawing.of(chart, frame).markup("chart", ""));
  }

  private static final class Strict implements ErrorHandler {
    @Override
    public void warning(SAXParseException e) throws SAXException {
      throw e;
    }

    @Override
    public void error(SAXParseException e) throws SAXException {
      throw e;
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXException {
      throw e;
    }
  }

  List<Element> elements(String tag) {
    NodeList found = root.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  /** The texts of a class, without what only shows when they are pointed at. */
  List<String> texts(String type) {
    return elements("text").stream()
        .filter(text -> List.of(text.getAttribute("class").split(" ")).contains(type))
        .map(Svg::shown)
        .toList();
  }

  private static String shown(Element text) {
    StringBuilder shown = new StringBuilder();
    for (Node child = text.getFirstChild(); child != null; child = child.getNextSibling()) {
      shown.append(child.getNodeType() == Node.TEXT_NODE ? child.getNodeValue() : "");
    }
    return shown.toString();
  }

  /** No text lies on another one or outside the drawing. */
  void assertTextsApart() {
    String[] view = root.getAttribute("viewBox").split(" ", -1);
    double width = Double.parseDouble(view[2]);
    double height = Double.parseDouble(view[3]);
    List<Box> boxes = elements("text").stream().map(Svg::box).toList();
    for (int i = 0; i < boxes.size(); i++) {
      Box box = boxes.get(i);
      assertThat(box.left).as("left of %s", box).isGreaterThanOrEqualTo(-0.2);
      assertThat(box.right).as("right of %s", box).isLessThanOrEqualTo(width + 0.2);
      assertThat(box.top).as("top of %s", box).isGreaterThanOrEqualTo(0);
      assertThat(box.bottom).as("bottom of %s", box).isLessThanOrEqualTo(height);
      for (Box other : boxes.subList(0, i)) {
        assertThat(box.overlaps(other)).as("%s overlaps %s", box, other).isFalse();
      }
    }
  }

  private static Box box(Element text) {
    double x = Double.parseDouble(text.getAttribute("x"));
    double y = Double.parseDouble(text.getAttribute("y"));
    double width = Lettering.width(shown(text));
    List<String> classes = List.of(text.getAttribute("class").split(" "));
    double left = classes.contains("e") ? x - width : classes.contains("m") ? x - width / 2 : x;
    return new Box(shown(text), left, left + width, y - 9, y + 3);
  }
}
